package main

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"missive/cmd/internal/signin"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// find returns what the only group of the pattern matches.
func find(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in\n%s", pattern, text)
	}
	return found[1]
}

// exampleEnvironment is that of the service, filled in as its comments say.
func exampleEnvironment(t *testing.T) (environ []string) {
	t.Helper()
	values := map[string]string{"MISSIVE_SECRET_ACME": "acme secret acme secret", "MISSIVE_IDENTITY_KEY": newKey}
	for _, variable := range complete {
		name, value, _ := strings.Cut(variable, "=")
		values[name] = value
	}
	for line := range strings.Lines(read(t, "service/missive-token.env")) {
		name, value, found := strings.Cut(strings.TrimSpace(line), "=")
		if !found || strings.HasPrefix(name, "#") {
			continue
		}
		if value == "" {
			value = values[name]
		}
		environ = append(environ, name+"="+value)
	}
	return environ
}

func TestTheServiceStartsWithItsEnvironment(t *testing.T) {
	unit := read(t, "service/missive-token.service")
	args := strings.Fields(find(t, unit, `(?m)^ExecStart=/usr/local/bin/missive-token (.*)$`))
	address := slices.Index(args, "-addr") + 1
	proxied := find(t, read(t, "service/nginx.conf"), `(?s)upstream missive-token \{\s+server (\S+);.*proxy_pass http://missive-token;`)
	if args[address] != proxied || !slices.Contains(args, "-trust-proxy") {
		t.Errorf("the unit listens with %q, but nginx asks %s, and is one proxy", args, proxied)
	}
	if file := find(t, unit, `EnvironmentFile=(\S+)`); !strings.Contains(read(t, "service/missive-token.env"), "Copy to "+file+",") {
		t.Errorf("the unit reads %s, and its environment is to be copied elsewhere", file)
	}
	if file := find(t, unit, `LoadCredential=missive-agents.yaml:(\S+)`); !strings.Contains(read(t, "service/agents.yaml"), "Copy to "+file+",") ||
		!strings.Contains(read(t, "service/missive-token.env"), "missive-token setup -agents "+file+"\n") {
		t.Errorf("the unit reads %s, and the team's file is to be copied elsewhere", file)
	}
	startsWith(t, args)
}

// exampleAgents returns the name of the service's file with the team, filled in as its comments say.
func exampleAgents(t *testing.T) string {
	t.Helper()
	text := strings.Replace(read(t, "service/agents.yaml"), "    password:\n", "    password: "+signin.Hash("correct horse battery").String()+"\n", 1)
	file := filepath.Join(t.TempDir(), "agents.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// startsWith fails unless the server starts with the arguments, but for the address, and with the example's environment and team.
func startsWith(t *testing.T, args []string) {
	t.Helper()
	args[slices.Index(args, "-addr")+1] = "127.0.0.1:0"
	args[slices.Index(args, "-agents")+1] = exampleAgents(t)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	var out bytes.Buffer
	if code := run(stopped, append(args, "-drain", "0"), exampleEnvironment(t), &out, &out); code != 0 {
		t.Errorf("%q: code %d: %s", args, code, &out)
	}
}

func TestTheContainerHasAllThatTheProgramNeeds(t *testing.T) {
	recipe := read(t, "service/Dockerfile")
	var command []string
	if err := json.Unmarshal([]byte(find(t, recipe, `(?m)^CMD (.*)$`)), &command); err != nil {
		t.Fatal(err)
	}
	startsWith(t, command)
	startsWith(t, strings.Fields(find(t, recipe, `docker run .* missive-token (-.*)`)))

	image := t.TempDir()
	program := filepath.Join(image, "missive-token")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), strings.Fields(find(t, recipe, `(?m)^#   (.*) go build -o image/missive-token \./cmd/token$`))...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Where there is no Go, nothing speaks of it.
	out, _ := exec.Command(program).CombinedOutput()
	if text := string(out); !strings.Contains(text, " -p EnvironmentFile=/etc/missive-token.env /usr/local/bin/missive-token …; missive-token -h explains each variable\n") || strings.Contains(text, "go run") {
		t.Errorf("without an environment the program says:\n%s", text)
	}
	if out, err := exec.Command(program, "-h").CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "Usage:\n    missive-token [-agents") || strings.Contains(string(out), "go run") {
		t.Errorf("%v\n%s", err, out)
	}
	binary, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	if slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Error("the program needs libraries that an empty image doesn't have")
	}
	if _, err := exec.LookPath("buildah"); err != nil {
		t.Log("NOT TESTED: buildah is not on this machine, so no image is built")
		return
	}
	certificates := filepath.Join(image, "ca-certificates.crt")
	if err := os.WriteFile(certificates, []byte("none are needed to build"), 0o600); err != nil {
		t.Fatal(err)
	}
	storage := t.TempDir()
	at := []string{"--storage-driver", "vfs", "--root", storage, "--runroot", filepath.Join(storage, "run")}
	out, err = exec.Command("buildah", append(at, "bud", "--isolation", "chroot", "-f", "service/Dockerfile", image)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSystemdTakesTheUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("NOT TESTED: systemd-analyze is not on this machine")
		return
	}
	// systemd-analyze checks that the program exists, so it gets one that does on each machine.
	unit := strings.Replace(read(t, "service/missive-token.service"), "/usr/local/bin/missive-token", "/bin/true", 1)
	file := filepath.Join(t.TempDir(), "missive-token.service")
	if err := os.WriteFile(file, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", file).CombinedOutput(); err != nil || strings.Contains(string(out), "missive-token") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheReadmeHasEachErrorCode(t *testing.T) {
	readme := read(t, "README.md")
	for _, found := range regexp.MustCompile(`status: (\d+), code: "([a-z-]+)"`).FindAllStringSubmatch(read(t, "../internal/token/failure.go"), -1) {
		row := regexp.MustCompile("(?m)^\\| [^|]*`" + found[2] + "`[^|]*\\| [^|]*\\b" + found[1] + `\b`)
		if !row.MatchString(readme) {
			t.Errorf("README.md doesn't say that %s has the status %s", found[2], found[1])
		}
	}
}

func TestTheReadmeHasEachVariable(t *testing.T) {
	readme := read(t, "README.md")
	for _, name := range regexp.MustCompile(`\b(?:TWILIO|MISSIVE)_[A-Z_]+(?:<ID>)?`).FindAllString(usage, -1) {
		if !strings.Contains(readme, "`"+name+"`") && name != "MISSIVE_SECRET_ACME_SHOP" {
			t.Errorf("README.md doesn't explain %s", name)
		}
	}
}
