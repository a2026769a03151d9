package commandline

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func some() (f *Flags, out *string, check *bool, proxies *uint) {
	f = New("go run ./cmd/build")
	return f, f.String("out", "dist", ""), f.Bool("check", false, ""), f.Uint("proxies", 0, "")
}

func TestOptionsAreRead(t *testing.T) {
	for args, rest := range map[string]string{
		"-out a -check -proxies 2":              "",
		"--out=a --check=true --proxies=2 b -":  "b -",
		"-out a -check -proxies 2 -- -odd.yaml": "-odd.yaml",
	} {
		f, out, check, proxies := some()
		err := f.Parse(strings.Fields(args))
		if err != nil || *out != "a" || !*check || *proxies != 2 || strings.Join(f.Args(), " ") != rest {
			t.Errorf("%s: %v, %s, %v, %d, %v", args, err, *out, *check, *proxies, f.Args())
		}
		if got := strings.Join(f.Given("check", "other", "out"), " "); got != "-check -out" {
			t.Errorf("%s: given are %s", args, got)
		}
	}
}

func TestACommandIsNamedAsItIsStarted(t *testing.T) {
	for started, want := range map[string]string{
		"/usr/local/bin/missive-token":        "missive-token",
		"missive-token-linux-arm64":           "missive-token-linux-arm64",
		"./missive-token.exe":                 "missive-token",
		"/tmp/go-build1/b001/exe/token":       "go run ./cmd/token",
		"/tmp/go-build1/b001/token.test":      "go run ./cmd/token",
		"/usr/local/bin/missive-build":        "go run ./cmd/token",
		"/home/ann/missive-live-chat/preview": "go run ./cmd/token",
	} {
		if got := program(started, "token"); got != want {
			t.Errorf("%s: got %s, want %s", started, got, want)
		}
	}
}

func TestWrongOptionsAreToldWithAWayOut(t *testing.T) {
	const help = "go run ./cmd/build -h shows all options"
	for args, want := range map[string]string{
		"-chek":         "there is no option -chek\n  hint: did you mean -check?",
		"--chek=true":   "there is no option -chek\n  hint: did you mean -check?",
		"-frobnicate":   "there is no option -frobnicate\n  hint: " + help,
		"-out":          "there is no value behind -out\n  hint: " + help,
		"-check=often":  "-check=often is neither true nor false\n  hint: write -check alone",
		"-proxies many": "\"many\" is no value for -proxies\n  hint: " + help,
		"---out":        "\"---out\" is no option\n  hint: " + help,
		"a b -check":    "-check comes after a\n  hint: options go first: go run ./cmd/build -check a b",
	} {
		f, _, _, _ := some()
		if err := f.Parse(strings.Fields(args)); err == nil || err.Error() != want {
			t.Errorf("%s: got\n%v\nwant\n%s", args, err, want)
		}
	}
	f, _, _, _ := some()
	if err := f.ParseAll([]string{"a", "-check"}, "leave it out"); err == nil || err.Error() != "\"a\" is not expected\n  hint: leave it out" {
		t.Errorf("got %v", err)
	}
}

func TestUsageIsForWhoAsksForIt(t *testing.T) {
	for _, args := range []string{"-h", "-help", "--help", "-check -h", "-h -chek"} {
		f, _, _, _ := some()
		var stdout, stderr strings.Builder
		if code := Refuse("build", "Usage", f.Parse(strings.Fields(args)), &stdout, &stderr); code != 0 || stdout.String() != "Usage" || stderr.Len() > 0 {
			t.Errorf("%s: %d, %q, %q", args, code, &stdout, &stderr)
		}
	}
	var stdout, stderr strings.Builder
	if code := Refuse("build", "Usage", errors.New("no"), &stdout, &stderr); code != 2 || stdout.Len() > 0 || stderr.String() != "build: no\n" {
		t.Errorf("%d, %q, %q", code, &stdout, &stderr)
	}
	if f, _, _, _ := some(); !errors.Is(f.ParseAll([]string{"-h"}, ""), flag.ErrHelp) {
		t.Error("-h is no cry for help")
	}
}
