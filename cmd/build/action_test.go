package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// action is as much of a composite action of GitHub as ours needs.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			Uses, If, Run string
			Env           map[string]string
		}
	}
}

var expression = regexp.MustCompile(`\$\{\{ (?:inputs\.([\w-]+)|github\.action_path) \}\}`)

// runAction runs the scripts of the action as GitHub does, in the folder, with these inputs. It stops at the first that fails.
func runAction(t *testing.T, folder string, inputs map[string]string) (stdout string, failed bool) {
	t.Helper()
	path, err := filepath.Abs("../../.github/actions/build")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(path, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	value := func(name string) string {
		if given, ok := inputs[name]; ok {
			return given
		}
		input, ok := a.Inputs[name]
		if !ok {
			t.Fatalf("the action has no input %s", name)
		}
		return input.Default
	}
	var out bytes.Buffer
	for _, step := range a.Runs.Steps {
		runs := map[string]bool{"": true, "inputs.verify == ''": value("verify") == "", "inputs.verify != ''": value("verify") != ""}
		wanted, known := runs[step.If]
		if !known {
			t.Fatalf("not known here: %s", step.If)
		}
		if step.Uses != "" || !wanted {
			continue
		}
		script := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
		script.Dir, script.Stdout, script.Stderr = folder, &out, &out
		script.Env = append(os.Environ(), "RUNNER_TEMP="+folder, "GITHUB_WORKSPACE="+folder)
		for name, text := range step.Env {
			script.Env = append(script.Env, name+"="+expression.ReplaceAllStringFunc(text, func(found string) string {
				if input := expression.FindStringSubmatch(found)[1]; input != "" {
					return value(input)
				}
				return path
			}))
		}
		if err := script.Run(); err != nil {
			return out.String(), true
		}
	}
	return out.String(), false
}

func TestTheActionBuildsAndVerifiesAndAnnotatesWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("chat.yaml", "host: https://chat.example.com\nid: acme\nconnection: {tokenUrl: https://token.example.com/token}\n")
	write("more.yaml", "host: https://chat.example.com\nid: more\nchat: {postion: left}\n")

	if out, failed := runAction(t, folder, map[string]string{"files": "chat.yaml more.yaml"}); !failed || !strings.Contains(out, "::error file=more.yaml,line=3,col=8,title=chat.postion::") {
		t.Errorf("a mistake: failed %v, %s", failed, out)
	}
	if out, failed := runAction(t, folder, map[string]string{"check": "true"}); failed || !strings.Contains(out, "nothing was written") {
		t.Errorf("a check: failed %v, %s", failed, out)
	}
	if _, err := os.Stat(filepath.Join(folder, "dist")); err == nil {
		t.Error("a check has written")
	}
	out, failed := runAction(t, folder, map[string]string{"host": "https://preview.example.net", "keep": folder})
	if failed || !strings.Contains(out, "Host: https://preview.example.net, by MISSIVE_HOST") {
		t.Errorf("a build: failed %v, %s", failed, out)
	}
	if out, failed := runAction(t, folder, map[string]string{"verify": "http://127.0.0.1:1/acme/"}); !failed || !strings.Contains(out, "::error title=http%3A//127.0.0.1%3A1/acme/missive.js::can't be reached") {
		t.Errorf("a look: failed %v, %s", failed, out)
	}
}

// The container's file is in the README. What it runs is run here in a folder of its own, with nothing of the user's environment but
// where Go keeps its modules.
func TestTheContainerOfReadmeBuilds(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, file, _ := strings.Cut(string(readme), "```dockerfile\n")
	file, _, _ = strings.Cut(file, "```")
	command := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*)$`).FindStringSubmatch(file)
	if command == nil || !strings.Contains(file, `ENTRYPOINT ["missive-build"]`) {
		t.Fatalf("no such container: %s", file)
	}
	folder := t.TempDir()
	program := filepath.Join(folder, "missive-build")
	build := exec.Command("bash", "-c", strings.Replace(command[1], "/missive-build", program, 1))
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(folder, "chat.yaml"), []byte("host: https://chat.example.com\nid: acme\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program, "-format", "github")
	run.Dir, run.Env = folder, []string{"TMPDIR=" + folder}
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "Wrote ") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(folder, "dist", "acme", "missive.js")); err != nil {
		t.Error(err)
	}
}
