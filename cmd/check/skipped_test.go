package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A skipped test is not told of, so it would be taken for one that passes. What tests need is installed by the check; only what
// a system doesn't have at all may be a reason to skip.
func TestNoTestIsSkipped(t *testing.T) {
	root := filepath.Join("..", "..")
	goSkip := regexp.MustCompile(`\bt\.Skip(f|Now)?\(`)
	tsSkip := regexp.MustCompile(`\b(test|it|describe)(\.\w+)*\.(skip|fixme|only|todo|fail)\b|\b(skipIf|runIf)\(`)
	tests := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (d.Name() == "node_modules" || len(d.Name()) > 2 && d.Name()[0] == '.') {
				return filepath.SkipDir
			}
			return err
		}
		inGo := strings.HasSuffix(path, ".go")
		if !inGo && !strings.HasSuffix(path, ".ts") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tests++
		lines := strings.Split(string(source), "\n")
		for i, line := range lines {
			if inGo && goSkip.MatchString(line) && !strings.Contains(lines[i-1], "runtime.GOOS") || !inGo && tsSkip.MatchString(line) {
				t.Errorf("%s:%d: %s", path, i+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil || tests < 100 {
		t.Errorf("%d files, %v", tests, err)
	}
}
