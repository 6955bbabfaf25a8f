package apply

import (
	"context"
	"encoding/json"
	"fmt"

	"bcetl/internal/record"
)

// elementOf gives what is sent for an op. What cannot be sent gives a problem.
func (e *Executor) elementOf(ctx context.Context, kind opKind, op *record.Op) (json.RawMessage, *record.Problem, error) {
	if kind.element != nil {
		return kind.element(ctx, e, kind, op)
	}
	return e.usualElement(ctx, op)
}

// usualElement is the op's body with references replaced by ids. A reference whose record could not be created gives a problem.
func (e *Executor) usualElement(ctx context.Context, op *record.Op) (json.RawMessage, *record.Problem, error) {
	body, problem, err := e.body(ctx, op)
	if problem != nil || err != nil {
		return nil, problem, err
	}
	return body.AppendJSON(nil), nil, nil
}

func (e *Executor) body(ctx context.Context, op *record.Op) (*record.Object, *record.Problem, error) {
	body, problem, err := e.replaceRefs(ctx, record.ObjectValue(op.Body))
	return body.Object(), problem, err
}

func (e *Executor) replaceRefs(ctx context.Context, v record.Value) (record.Value, *record.Problem, error) {
	switch v.Kind() {
	case record.Reference:
		ref, _ := v.Ref()
		id, err := e.idOf(ctx, ref)
		if err != nil {
			return v, nil, err
		}
		if id == 0 {
			return v, &record.Problem{
				Code: "needs_failed", Column: ref.Column,
				Message: fmt.Sprintf("the %s %q could not be created%s", ref.Kind, ref.Key, e.whyNot(ref)),
			}, nil
		}
		return record.IntValue(id), nil, nil
	case record.List:
		items := make([]record.Value, len(v.List()))
		for i, item := range v.List() {
			replaced, problem, err := e.replaceRefs(ctx, item)
			if problem != nil || err != nil {
				return v, problem, err
			}
			items[i] = replaced
		}
		return record.ListValue(items), nil, nil
	case record.Objects:
		object := record.NewObject(v.Object().Len())
		for _, f := range v.Object().Fields() {
			replaced, problem, err := e.replaceRefs(ctx, f.Value)
			if problem != nil || err != nil {
				return v, problem, err
			}
			object.Set(f.Name, replaced)
		}
		return record.ObjectValue(object), nil, nil
	}
	return v, nil, nil
}

// idOf gives the id of a name that this run creates, 0 when creating it failed.
func (e *Executor) idOf(ctx context.Context, ref record.Ref) (int64, error) {
	entry, ok := e.names[ref.Kind][FoldRef(ref.Kind, ref.Key)]
	if !ok {
		return 0, nil
	}
	if entry.ID != 0 {
		return entry.ID, nil
	}
	return e.Run.CreatedBy(ctx, entry.Op)
}

// whyNot is what the store said when it did not create a name, "" where that is not known.
func (e *Executor) whyNot(ref record.Ref) string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if problem := e.refused[e.names[ref.Kind][FoldRef(ref.Kind, ref.Key)].Op]; problem != nil {
		return ": " + problem.Message
	}
	return ""
}
