package job

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The reference names every key that a job file may have, and no other; its example is a good job.
func TestReference(t *testing.T) {
	source, err := os.ReadFile("../../docs/job-files.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) == 0 {
		t.Error("no examples")
	}
	for _, block := range blocks {
		if _, ds := Parse("job-files.md", []byte(block[1])); len(ds) > 0 {
			t.Errorf("example: %v", ds)
		}
	}
	p := &parser{job: &Job{}}
	parts := map[string][]key{
		"source":         p.sourceKeys(&Source{}),
		"A mapping rule": p.ruleKeys(&Rule{}),
		"sink":           p.sinkKeys(&Sink{}),
		"limits":         p.limitKeys(&Limits{}),
	}
	for part, keys := range parts {
		_, section, found := strings.Cut(text, "\n## "+part+"\n")
		if !found {
			t.Errorf("no part %q", part)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		known := map[string]bool{}
		for _, k := range keys {
			known[k.name] = true
			if !strings.Contains(section, "`"+k.name+"`") {
				t.Errorf("%s: `%s` is not described", part, k.name)
			}
		}
		for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(section, -1) {
			for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
				if !known[name[1]] {
					t.Errorf("%s: `%s` is described and unknown", part, name[1])
				}
			}
		}
	}
}

// The examples of the contract are good jobs but for keys of later versions.
func TestContractExamples(t *testing.T) {
	source, err := os.ReadFile("../../../shared/product.md")
	if err != nil {
		t.Skip("the contract is not beside the project: ", err)
	}
	jobs := 0
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(source), -1) {
		if !strings.HasPrefix(block[1], "version:") {
			continue
		}
		jobs++
		_, ds := Parse("product.md", []byte(block[1]))
		for _, d := range ds {
			if d.Rule != "unsupported" {
				t.Error(d)
			}
		}
	}
	if jobs < 2 {
		t.Errorf("%d jobs found", jobs)
	}
}
