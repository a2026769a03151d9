package main

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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
	if file := find(t, unit, `LoadCredential=agents.yaml:(\S+)`); !strings.Contains(read(t, "service/agents.yaml"), "Copy to "+file+",") ||
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
	out, err := exec.Command("buildah", append(at, "bud", "--isolation", "chroot", "-f", "service/Dockerfile", image)...).CombinedOutput()
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

// nginxConf writes the example's file as one of this machine, and returns its name, with the program; "" where there is none.
func nginxConf(t *testing.T, listen, upstream string) (nginx, file string) {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx" // where Debian keeps it
	}
	if _, err := os.Stat(nginx); err != nil {
		t.Log("NOT TESTED: nginx is not on this machine")
		return "", ""
	}
	// Without the certificate, which nginx would read, and the port 443, which only root may use.
	site := regexp.MustCompile(`(?m)^ *ssl_certificate.*\n`).ReplaceAllString(read(t, "service/nginx.conf"), "")
	site = strings.Replace(site, "listen 443 ssl;", "listen "+listen+";", 1)
	site = strings.Replace(site, "server 127.0.0.1:8080;", "server "+upstream+";", 1)
	dir := t.TempDir()
	paths := ""
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		paths += fmt.Sprintf("%s_temp_path %s/%[1]s; ", name, dir)
	}
	file = filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf("pid %s/pid;\nerror_log stderr;\ndaemon off;\nmaster_process off;\nevents {}\nhttp {\n%s\n%s}\n", dir, paths, site)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return nginx, file
}

func TestNginxTakesItsFile(t *testing.T) {
	nginx, file := nginxConf(t, "127.0.0.1:8443", "127.0.0.1:8080")
	if nginx == "" {
		return
	}
	if out, err := exec.Command(nginx, "-t", "-e", "stderr", "-c", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestNginxKeepsItsConnectionsAndSaysWhoAsks(t *testing.T) {
	var opened atomic.Int64
	var last, always atomic.Value
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		last.Store(r.Header.Get("X-Forwarded-For"))
	}))
	upstream.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	upstream.Start()
	defer upstream.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	nginx, file := nginxConf(t, free.Addr().String(), upstream.Listener.Addr().String())
	if nginx == "" {
		return
	}
	command := exec.Command(nginx, "-e", "stderr", "-c", file)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Wait()
	defer command.Process.Kill()
	get := func() error {
		r, _ := http.NewRequest(http.MethodGet, "http://"+free.Addr().String()+"/token", nil)
		r.Header.Set("X-Forwarded-For", "6.6.6.6")
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			always.Store(answer.Header.Get("Strict-Transport-Security"))
		}
		return err
	}
	for start := time.Now(); get() != nil; {
		if time.Since(start) > 10*time.Second {
			t.Fatal("nginx doesn't answer")
		}
	}
	const requests = 20
	for range requests {
		if err := get(); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() > 2 {
		t.Errorf("%d connections for %d requests", opened.Load(), requests)
	}
	if who := last.Load(); who != "6.6.6.6, 127.0.0.1" {
		t.Errorf("told that %q asks", who)
	}
	if got := always.Load(); got != "max-age=31536000" {
		t.Errorf("browsers are told %q of https", got)
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
