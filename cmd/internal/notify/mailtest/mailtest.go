//go:build unix

// Package mailtest gives tests a real mail server: Debian's exim, which keeps what it receives.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Server is one that runs until its test ends. It takes e-mails to acme.com from who has signed in, which needs TLS unless
// Options.Plain, and refuses those to "unknown".
type Server struct {
	// Port begins without TLS and offers STARTTLS, and TLSPort begins with it. Both are on 127.0.0.1.
	Port, TLSPort int
	// User and Password are of who may send.
	User, Password string
	// TLS trusts the server's certificate, which is for localhost.
	TLS *tls.Config

	t       testing.TB
	folder  string
	arrived *fsnotify.Watcher
	log     lockedBuffer
}

// Options change the server.
type Options struct {
	// Plain: no TLS is offered, and nobody has to sign in.
	Plain bool
	// Port is the one to listen at; 0 for a free one.
	Port int
}

// lockedBuffer is what a program writes while a test reads.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// nobody is the user, and the group, as which root runs the server: it delivers nothing as root.
const nobody = 65534

// Start starts a server, and returns it when it answers.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	exim := find(t)
	folder, err := os.MkdirTemp("", "mailtest") // not t.TempDir: the user of the server can't enter its parent
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &Server{Port: o.Port, TLSPort: freePort(t), User: "chat", Password: "correct horse", t: t, folder: folder}
	if s.Port == 0 {
		s.Port = freePort(t)
	}
	s.TLS = writeCertificate(t, folder)
	var text bytes.Buffer
	if err := configuration.Execute(&text, map[string]any{"Folder": folder, "Server": s, "Options": o}); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "exim.conf"), text.Bytes())
	for _, name := range []string{"spool", "mail", "mail/new", "mail/tmp", "mail/cur"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if s.arrived, err = fsnotify.NewWatcher(); err == nil {
		err = s.arrived.Add(filepath.Join(folder, "mail", "new"))
	}
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(exim, "-C", filepath.Join(folder, "exim.conf"), "-bdf", "-q1h")
	command.Stdout, command.Stderr = &s.log, &s.log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		if out, err := exec.Command("chown", "-R", fmt.Sprintf("%d:%[1]d", nobody), folder).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // with those that deliver
		command.Wait()
		s.arrived.Close()
	})
	s.awaitGreeting(command)
	return s
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"exim4", "/usr/sbin/exim4"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("exim4 is missing: it is in Debian's package exim4-daemon-light, which go run ./cmd/check installs")
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// awaitGreeting waits until the server listens.
func (s *Server) awaitGreeting(command *exec.Cmd) {
	s.t.Helper()
	for {
		connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port))
		if err == nil {
			connection.Close()
			return
		}
		if syscall.Kill(command.Process.Pid, 0) != nil || strings.Contains(s.log.String(), "exim abandoned") {
			s.t.Fatal(s.log.String())
		}
		time.Sleep(10 * time.Millisecond) // nothing tells of it but that it answers
	}
}

// Message is one that was delivered.
type Message struct {
	*mail.Message
	// Raw is all of it as it lies there.
	Raw string
}

// Await returns all messages once there are so many, sorted by their receivers and texts.
func (s *Server) Await(count int) (messages []Message) {
	s.t.Helper()
	for {
		if messages = s.Messages(); len(messages) >= count {
			return messages
		}
		select {
		case <-s.arrived.Events:
		case err := <-s.arrived.Errors:
			s.t.Fatal(err)
		case <-s.t.Context().Done():
			s.t.Fatalf("%d e-mails have arrived, not %d\n%s", len(messages), count, s.log.String())
		}
	}
}

// Messages returns what is there now.
func (s *Server) Messages() (messages []Message) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.folder, "mail", "new", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		message, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil {
			s.t.Fatal(err)
		}
		messages = append(messages, Message{message, string(text)})
	}
	slices.SortFunc(messages, func(a, b Message) int {
		return strings.Compare(a.Header.Get("Envelope-To")+a.Raw, b.Header.Get("Envelope-To")+b.Raw)
	})
	return messages
}

func write(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeCertificate makes a certificate for localhost, and returns what trusts it.
func writeCertificate(t testing.TB, folder string) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	write(t, filepath.Join(folder, "certificate.pem"), text)
	write(t, filepath.Join(folder, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

var configuration = template.Must(template.New("exim.conf").Parse(`
pid_file_path = {{.Folder}}/pid
spool_directory = {{.Folder}}/spool
log_file_path = {{.Folder}}/%slog
primary_hostname = mail.acme.com
exim_user = nobody
exim_group = nogroup
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {{.Server.Port}}{{if not .Options.Plain}} : {{.Server.TLSPort}}{{end}}
{{- if .Options.Plain}}
tls_advertise_hosts =
{{- else}}
tls_on_connect_ports = {{.Server.TLSPort}}
tls_advertise_hosts = *
tls_certificate = {{.Folder}}/certificate.pem
tls_privatekey = {{.Folder}}/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
{{- end}}
acl_smtp_rcpt = check_rcpt
host_lookup =
rfc1413_hosts =
keep_environment =

begin acl
check_rcpt:
{{- if not .Options.Plain}}
  deny message = sign in first
       ! authenticated = *
{{- end}}
  deny message = no such user as <$local_part@$domain>
       local_parts = unknown
  accept domains = acme.com
  deny message = relay not permitted

begin routers
all:
  driver = accept
  transport = folder

begin transports
folder:
  driver = appendfile
  maildir_format
  directory = {{.Folder}}/mail
  envelope_to_add
  return_path_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{"{{"}}eq{$auth2}{{"{"}}{{.Server.User}}{{"}}"}}{eq{$auth3}{{"{"}}{{.Server.Password}}{{"}}}"}}}
  server_set_id = $auth2
`))
