package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// errEditedPlan says that a plan file is not what `bcetl plan` wrote.
var errEditedPlan = errors.New("the file is not as it was written: it was cut off or edited; plan again")

// checkPlanSum compares the file with the checksum at its end, and leaves it at its beginning.
func checkPlanSum(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	sum := sha256.New()
	body := info.Size() - int64(len(fmt.Sprintf(planEnd, ""))) - int64(hex.EncodedLen(sum.Size()))
	if body <= 0 {
		return errEditedPlan
	}
	if _, err := io.CopyN(sum, file, body); err != nil {
		return err
	}
	end, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if string(end) != fmt.Sprintf(planEnd, hex.EncodeToString(sum.Sum(nil))) {
		return errEditedPlan
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

// planCheck looks at a whole plan before any of it is applied: it must be one that planning makes.
type planCheck struct {
	kinds  map[string]catalogue.Operation // that the step may do
	seq    int64                          // of the last item
	ops    idSet
	shared map[int64]bool
	sheets map[[2]string]bool
	// guards that the plan trips and that were not accepted when it was made.
	guards []report.PlanGuard
}

// idSet holds ids, which planning gives from 1 on.
type idSet []uint64

// most ids that a plan may give: 12 MB of idSet.
const mostPlanOps = 100_000_000

// add takes an id in; ok is false for one that is in already, or that planning would not give.
func (s *idSet) add(id int64) (ok bool) {
	if id < 1 || id > mostPlanOps {
		return false
	}
	place, bit := int(id/64), uint64(1)<<(id%64)
	for len(*s) <= place {
		*s = append(*s, make([]uint64, max(1, len(*s)))...)
	}
	if (*s)[place]&bit != 0 {
		return false
	}
	(*s)[place] |= bit
	return true
}

// check reads the plan to its end. Steps are the numbers of the job's steps that write to a store, with what each writes.
func (p *planReader) check(steps map[int]*compile.ImportStep) ([]report.PlanGuard, error) {
	c := planCheck{}
	for _, n := range numbers(steps) {
		step := steps[n]
		input, err := p.step(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stepPlace(n), err)
		}
		if err := c.begin(input, step); err != nil {
			return nil, fmt.Errorf("%s: %w", stepPlace(n), err)
		}
		for {
			items, err := p.items(planPage)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", stepPlace(n), err)
			}
			if len(items) == 0 {
				break
			}
			for i := range items {
				if err := c.item(&items[i]); err != nil {
					return nil, fmt.Errorf("%s, record %q: %w", stepPlace(n), items[i].Key, err)
				}
			}
		}
		summary, err := p.end()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stepPlace(n), err)
		}
		if c.seq >= input.Next {
			return nil, fmt.Errorf("%s: it has more items than it says", stepPlace(n))
		}
		for _, guard := range summary.Guards {
			if !guard.Accepted {
				c.guards = append(c.guards, guard)
			}
		}
	}
	return c.guards, p.expect("]", "sha256")
}

// begin looks at a step's facts.
func (c *planCheck) begin(input *planInput, step *compile.ImportStep) error {
	c.kinds, c.shared, c.sheets = planKinds(step), map[int64]bool{}, map[[2]string]bool{}
	if input.Rows < 0 || input.Records < 0 || input.Next < c.seq+1 {
		return errors.New("its counts are not those of a plan")
	}
	for i := range input.Sheets {
		c.sheets[[2]string{input.Sheets[i].File, input.Sheets[i].Sheet}] = true
	}
	for i := range input.Shared {
		op := &input.Shared[i]
		operation, ok := catalogue.OperationNamed(op.Kind)
		if !ok || !slices.Contains([]string{catalogue.Brands.Create.Kind, catalogue.Categories.Create.Kind}, operation.Kind) {
			return fmt.Errorf("%q is nothing that several records need", op.Kind)
		}
		if err := c.op(op); err != nil {
			return err
		}
		if op.Target != 0 || op.Body == nil {
			return fmt.Errorf("op %d creates nothing", op.ID)
		}
		c.shared[op.ID] = true
	}
	for _, name := range input.Names {
		if !c.shared[name.Op] || name.Kind != "brand" && name.Kind != "category" {
			return fmt.Errorf("the %s %q is created by no op", name.Kind, name.Key)
		}
	}
	return nil
}

// planKinds are the kinds of ops that planning makes for a step's own records.
func planKinds(step *compile.ImportStep) map[string]catalogue.Operation {
	kinds := map[string]catalogue.Operation{}
	add := func(operations ...catalogue.Operation) {
		for _, operation := range operations {
			if operation.Kind != "" {
				kinds[operation.Kind] = operation
			}
		}
	}
	object := step.Target.Object
	switch step.Target.Mode {
	case "create":
		add(object.Create)
	case "update":
		add(object.Update, catalogue.Variants.Update)
	case "upsert":
		add(object.Create, object.Update, catalogue.Variants.Update)
	case "delete":
		add(object.Delete)
	}
	return kinds
}

// op looks at what every op has: an id of its own, and only ops before it that it needs.
func (c *planCheck) op(op *planSingle) error {
	if !c.ops.add(op.ID) {
		return fmt.Errorf("op %d stands there twice, or has no id that a plan gives", op.ID)
	}
	for _, need := range op.Needs {
		if !c.shared[need] {
			return fmt.Errorf("op %d needs op %d, which creates nothing before it", op.ID, need)
		}
	}
	return nil
}

func (c *planCheck) item(item *plannedRecord) error {
	outcome, err := outcomeNamed(item.Outcome)
	if err != nil {
		return err
	}
	if item.Seq <= c.seq {
		return fmt.Errorf("item %d does not follow item %d", item.Seq, c.seq)
	}
	c.seq = item.Seq
	for i := range item.Rows {
		if !c.sheets[[2]string{item.Rows[i].File, item.Rows[i].Sheet}] {
			return fmt.Errorf("row %d is of %s, which is not among the plan's inputs", item.Rows[i].Line, item.Rows[i].File)
		}
	}
	changes := slices.Contains([]record.Outcome{record.Created, record.Updated, record.Deleted}, outcome)
	settled := slices.Contains([]record.Outcome{record.Unchanged, record.Rejected, record.Filtered}, outcome)
	if len(item.Ops) > 0 && !changes || len(item.Ops) == 0 && !settled {
		return fmt.Errorf("%s with %d ops", item.Outcome, len(item.Ops))
	}
	for i := range item.Ops {
		op := &item.Ops[i]
		operation, ok := c.kinds[op.Kind]
		if !ok {
			return fmt.Errorf("%q is nothing that this step does", op.Kind)
		}
		if err := c.op(op); err != nil {
			return err
		}
		creates, deletes := operation.Method == http.MethodPost, operation.Method == http.MethodDelete
		if creates != (op.Target == 0) || op.Target < 0 || deletes != (op.Body == nil) || !creates && op.Before == nil {
			return fmt.Errorf("op %d has not what a %s needs", op.ID, op.Kind)
		}
	}
	return nil
}
