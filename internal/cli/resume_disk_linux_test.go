package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A full disk ends the run with one clear line; what was sent is not sent again when there is room.
func TestResumeAfterAFullDisk(t *testing.T) {
	state := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", state, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(state, 0); err != nil {
			t.Error(err)
		}
	})
	calm := newVictim(t, "create", newCreates(120), 3)
	calm.wants(t, calm.run(t, "", 0), exitOK, "120 created")
	v := newVictim(t, "create", newCreates(120), 3)
	room := filepath.Join(state, "taken")
	flags := []string{"--state-dir", filepath.Join(state, "state")}
	full := 0
	// With less and less of the disk taken by others the run fails earlier or later, then not at all.
	for taken := 5960; taken >= 0; taken -= 300 {
		if err := os.WriteFile(room, make([]byte, taken<<10), 0o600); err != nil {
			t.Fatal(err)
		}
		code := v.run(t, "", 0, flags...)
		t.Logf("%d KB taken: exit %d\n%s", taken, code, v.output)
		if err := os.Remove(room); err != nil {
			t.Fatal(err)
		}
		if code == exitOK {
			break
		}
		full++
		if code != exitFailed {
			t.Fatalf("exit code %d\n%s", code, v.output)
		}
		if !strings.Contains(v.output, "no space left on device") && !strings.Contains(v.output, "disk is full") {
			t.Fatalf("it does not say that the disk is full:\n%s", v.output)
		}
	}
	if full < 2 {
		t.Errorf("the disk was full %d times", full)
	}
	v.wants(t, v.run(t, "", 0, flags...), exitRows, "120 rejected") // all are there: the mode is create
	if got, want := len(v.products()), len(calm.products()); got != want {
		t.Errorf("%d products, want %d", got, want)
	}
	for sku := range v.products() {
		if strings.Contains(sku, "twice") {
			t.Errorf("%s", sku)
		}
	}
}
