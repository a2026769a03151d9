package dist

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"missive/widget/problem"
)

// waitingAfter is how long another build may take before its end is waited for aloud.
const waitingAfter = time.Second

// lock waits until no other build writes to the folder, and keeps others from it until unlock is called or the process ends, however it
// ends. waiting is called if that takes a while; it may be nil. The lock lies outside of the folder, which is for uploading.
func lock(dir string, waiting func()) (unlock func(), err error) {
	file, err := lockFile(dir)
	if err != nil {
		return nil, err
	}
	if waiting != nil {
		notice := time.AfterFunc(waitingAfter, waiting)
		defer notice.Stop()
	}
	if unlock, err = lockedfile.MutexAt(file).Lock(); err != nil {
		return nil, lockError(file, err)
	}
	return unlock, nil
}

// lockFile returns the file that stands for the folder, by whatever name it is called.
func lockFile(dir string) (string, error) {
	real, err := filepath.Abs(dir)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return "", newError(dir, err)
	}
	// Of each user, as others may not open it.
	locks := filepath.Join(os.TempDir(), fmt.Sprintf("missive-build-%d", os.Getuid()))
	if err := os.MkdirAll(locks, 0o700); err != nil {
		return "", lockError(locks, err)
	}
	sum := sha256.Sum256([]byte(strings.ToLower(real)))
	return filepath.Join(locks, hex.EncodeToString(sum[:8])+".lock"), nil
}

func lockError(file string, err error) error {
	return problem.In(file, err, "it keeps other builds from the same folder: let TMPDIR name a folder that is writable for you")
}
