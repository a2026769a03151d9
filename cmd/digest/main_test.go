package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"missive/cmd/internal/commandline/commandlinetest"
)

// vector is a digest that another implementation, OpenSSL's command line, has made.
type vector struct{ Name, Secret, Email, Digest string }

func vectors(t *testing.T) (list []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil || len(list) == 0 {
		t.Fatalf("%d vectors, %v", len(list), err)
	}
	return list
}

func TestTheDigestIsThatOfTheVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run([]string{"-account", "acme-shop", "-email", v.Email}, []string{"MISSIVE_SECRET_ACME_SHOP=" + v.Secret}, &stdout, &stderr)
			if code != 0 || stdout.String() != v.Digest+"\n" || stderr.Len() > 0 {
				t.Errorf("code %d, %s%s, want %s", code, &stdout, &stderr, v.Digest)
			}
		})
	}
}

func TestWhatIsMissingIsTold(t *testing.T) {
	const acme, shop = "MISSIVE_SECRET_ACME=acme secret", "MISSIVE_SECRET_ACME_SHOP=shop secret"
	const jane = "-email=jane@acme.com"
	const digest = "1e93a3730cf7968023f82e01f4e95eabb2299cbdc667d358f1844569a6de9b0f"
	tests := []struct {
		args, environ []string
		code          int
		want          string
	}{
		{[]string{"-h"}, nil, 0, usage},
		{[]string{jane}, []string{acme, "PATH=/bin"}, 0, digest + "\n"},
		{[]string{jane, "-account", "Acme"}, []string{acme, shop}, 0, digest + "\n"},
		{nil, []string{acme}, 2, "digest: -email is missing\n  hint: go run ./cmd/digest -email jane@acme.com\n"},
		{[]string{"jane@acme.com"}, []string{acme}, 2, "digest: \"jane@acme.com\" is not expected\n  hint: go run ./cmd/digest -email jane@acme.com\n"},
		{[]string{"-mail", "x"}, []string{acme}, 2, "digest: there is no option -mail\n  hint: did you mean -email?\n"},
		{[]string{jane}, []string{"MISSIVE_SECRET_ACME="}, 2,
			"digest: there is no MISSIVE_SECRET_<ID> in the environment\n  hint: for the account acme, put its secret key into MISSIVE_SECRET_ACME\n"},
		{[]string{jane}, []string{shop, acme}, 2,
			"digest: the environment has MISSIVE_SECRET_ACME, MISSIVE_SECRET_ACME_SHOP\n  hint: say which account you mean, as in -account acme\n"},
		{[]string{jane, "-account", "acme-hsop"}, []string{shop}, 2,
			"digest: MISSIVE_SECRET_ACME_HSOP is not in the environment\n  hint: there is MISSIVE_SECRET_ACME_SHOP; is -account misspelt?\n"},
		{[]string{jane, "-account", "sales"}, []string{acme}, 2,
			"digest: MISSIVE_SECRET_SALES is not in the environment\n  hint: put the secret key of the account into it\n"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			var out bytes.Buffer
			if code := run(test.args, test.environ, &out, &out); code != test.code || out.String() != test.want {
				t.Errorf("code %d, output\n%s\nwant %d\n%s", code, &out, test.code, test.want)
			}
		})
	}
}

// snippet is what the README shows for a language.
type snippet struct {
	language, file string
	command        string
	required       bool // every machine on which the project is worked on has the language
	// call follows the snippet: it prints a line for each two arguments, a secret key and an address.
	call string
}

var snippets = []snippet{
	{"Go", "digest.go", "go", true, `
func main() {
	for i := 1; i < len(os.Args); i += 2 {
		os.Setenv("MISSIVE_SECRET_ACME", os.Args[i])
		os.Stdout.WriteString(Digest(os.Args[i+1]) + "\n")
	}
}`},
	{"Node", "digest.js", "node", true, `
for (let i = 2; i < process.argv.length; i += 2) {
  process.env.MISSIVE_SECRET_ACME = process.argv[i];
  console.log(digest(process.argv[i + 1]));
}`},
	{"PHP", "digest.php", "php", false, `
for ($i = 1; $i < $argc; $i += 2) {
    putenv("MISSIVE_SECRET_ACME=$argv[$i]");
    echo digest($argv[$i + 1]), "\n";
}`},
	{"Ruby", "digest.rb", "ruby", false, `
ARGV.each_slice(2) do |key, email|
  ENV["MISSIVE_SECRET_ACME"] = key
  puts digest(email)
end`},
	{"Python", "digest.py", "python3", false, `
import sys
for key, email in zip(sys.argv[1::2], sys.argv[2::2]):
    os.environ["MISSIVE_SECRET_ACME"] = key
    print(digest(email))`},
}

func TestTheSnippetsMakeTheSameDigests(t *testing.T) {
	for _, s := range snippets {
		t.Run(s.language, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(s.command); err != nil {
				if s.required {
					t.Fatalf("%s is needed for this test: %v", s.language, err)
				}
				t.Logf("NOT TESTED: %s is not on this machine", s.language)
				return
			}
			program := s.program(t)
			var want strings.Builder
			for _, v := range vectors(t) {
				program = append(program, v.Secret, v.Email)
				want.WriteString(v.Digest + "\n")
			}
			got, err := exec.Command(program[0], program[1:]...).CombinedOutput()
			if err != nil || string(got) != want.String() {
				t.Errorf("%v\n%s\nwant\n%s", err, got, &want)
			}
		})
	}
}

// program writes the snippet as a program, and returns the command that runs it.
func (s snippet) program(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", s.file))
	if err != nil {
		t.Fatal(err)
	}
	source := strings.Replace(string(text), "package chat", "package main", 1) + s.call
	file := filepath.Join(t.TempDir(), s.file)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.command != "go" {
		return []string{s.command, file}
	}
	built := file + ".exe"
	if out, err := exec.Command("go", "build", "-o", built, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return []string{built}
}

func TestHelpIsOutputAndWrongOptionsAreErrors(t *testing.T) {
	run := func(args []string, stdout, stderr io.Writer) int { return run(args, nil, stdout, stderr) }
	commandlinetest.Check(t, run, []commandlinetest.Case{
		{"-h", 0, usage, ""},
		{"-help", 0, usage, ""},
		{"-emial x", 2, "", "digest: there is no option -emial\n  hint: did you mean -email?\n"},
		{"-account", 2, "", "digest: there is no value behind -account\n  hint: go run ./cmd/digest -h shows all options\n"},
		{"jane@acme.com -account acme", 2, "", "digest: \"jane@acme.com\" is not expected\n  hint: go run ./cmd/digest -email jane@acme.com\n"},
	})
}
