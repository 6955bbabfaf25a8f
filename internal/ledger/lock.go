package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// LockedError says that another process holds a lock.
type LockedError struct {
	What   string // "job prices of store abc123"
	Holder string // what the holder wrote about itself, "" when it wrote nothing
}

func (e *LockedError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("another run holds the lock of %s", e.What)
	}
	return fmt.Sprintf("another run holds the lock of %s (%s)", e.What, e.Holder)
}

// Lock is a lock of the operating system on a file: it is freed when its holder dies, however it dies.
type Lock struct{ file *flock.Flock }

// lockPoll is how often a held lock is tried again.
const lockPoll = 100 * time.Millisecond

// Acquire takes the lock, waiting up to wait for it. A lock that stays held is a *LockedError. about is written into the file, for the
// message of whoever finds it held. The file stays when the lock is freed: removing it would let two processes hold two files.
func Acquire(ctx context.Context, path, what, about string, wait time.Duration) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock %s: %w", what, err)
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	held, err := lock.TryLock()
	if err == nil && !held && wait > 0 {
		held, err = lock.TryLockContext(waiting, lockPoll)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", what, err)
	}
	if !held {
		holder, _ := os.ReadFile(path) // a holder that cannot be read is only not named
		return nil, &LockedError{What: what, Holder: strings.TrimSpace(string(holder))}
	}
	if err := os.WriteFile(path, []byte(about+"\n"), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", what, err), lock.Close())
	}
	return &Lock{file: lock}, nil
}

// Release frees the lock; it may be called on nil.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("free lock: %w", err)
	}
	return nil
}

// LockName makes a file name of what a lock is for. Names that a file cannot have are told apart by a checksum.
func LockName(parts ...string) string {
	clean := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = strings.Map(clean, part)
		if names[i] != part {
			sum := sha256.Sum256([]byte(part))
			names[i] += hex.EncodeToString(sum[:4])
		}
	}
	return strings.Join(names, "@") + ".lock"
}
