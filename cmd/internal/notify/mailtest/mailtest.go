//go:build unix

// Package mailtest gives tests a real mail server: Debian's exim, which keeps what it receives.
package mailtest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
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

	"missive/widget/problem"
)

// Server takes e-mails to acme.com from who has signed in, which needs TLS unless Options.Plain, and refuses those to "unknown".
type Server struct {
	// Port begins without TLS and offers STARTTLS, and TLSPort begins with it. Both are on 127.0.0.1.
	Port, TLSPort int
	// User and Password are of who may send.
	User, Password string
	// TLS trusts the server's certificate, which is for localhost.
	TLS *tls.Config

	folder  string
	arrived *fsnotify.Watcher
	process *exec.Cmd
	log     lockedBuffer
}

// Options change the server.
type Options struct {
	// Plain: no TLS is offered, and nobody has to sign in.
	Plain bool
}

// lockedBuffer is what a program writes while others read.
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

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Run(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Run runs a server until it is closed. It returns when the server answers.
func Run(o Options) (*Server, error) {
	exim, err := find()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "mailtest") // not one of a test: the user of the server could not enter its parent
	if err != nil {
		return nil, err
	}
	s := &Server{User: "chat", Password: "correct horse", folder: folder}
	err = s.prepare(o)
	if err == nil {
		err = s.start(exim)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends the server, and those of its processes that deliver.
func (s *Server) Close() {
	if s.process != nil && s.process.Process != nil {
		syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
		s.process.Wait()
	}
	if s.arrived != nil {
		s.arrived.Close()
	}
	os.RemoveAll(s.folder)
}

func find() (string, error) {
	for _, name := range []string{"exim4", "/usr/sbin/exim4"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", problem.New("exim4 is missing", "it is in Debian's package exim4-daemon-light, which go run ./cmd/check installs")
}

// prepare writes what the server needs.
func (s *Server) prepare(o Options) (err error) {
	if s.Port, s.TLSPort, err = freePorts(); err != nil {
		return err
	}
	if s.TLS, err = writeCertificate(s.folder); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := configuration.Execute(&text, map[string]any{"Folder": s.folder, "Server": s, "Options": o}); err != nil {
		return err
	}
	for _, name := range []string{"spool", "mail", "mail/new", "mail/tmp", "mail/cur"} {
		if err := os.Mkdir(filepath.Join(s.folder, name), 0o755); err != nil {
			return err
		}
	}
	if s.arrived, err = fsnotify.NewWatcher(); err != nil {
		return err
	}
	return errors.Join(write(s.folder, "exim.conf", text.Bytes()), s.arrived.Add(filepath.Join(s.folder, "mail", "new")))
}

// nobody is the user, and the group, as which root runs the server: it delivers nothing as root.
const nobody = 65534

// start returns when the server answers.
func (s *Server) start(exim string) error {
	s.process = exec.Command(exim, "-C", filepath.Join(s.folder, "exim.conf"), "-bdf", "-q1h")
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		s.process.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		err := filepath.WalkDir(s.folder, func(path string, _ os.DirEntry, err error) error {
			return errors.Join(err, os.Chown(path, nobody, nobody))
		})
		if err != nil {
			return err
		}
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := s.process.Process.Wait()
		ended <- errors.Join(err, errors.New("the mail server has ended: "+s.log.String()))
	}()
	for {
		if connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port)); err == nil {
			return connection.Close()
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(10 * time.Millisecond): // nothing tells of it but that it answers
		}
	}
}

// freePorts returns two at which nobody listens.
func freePorts() (one, other int, err error) {
	var ports [2]int
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, err
		}
		defer listener.Close()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports[0], ports[1], nil
}

// Message is one that was delivered.
type Message struct {
	*mail.Message
	// Raw is all of it as it lies there.
	Raw string
}

// Await returns all messages once there are so many, sorted by their receivers and texts.
func (s *Server) Await(ctx context.Context, count int) ([]Message, error) {
	for {
		messages, err := s.Messages()
		if err != nil || len(messages) >= count {
			return messages, err
		}
		select {
		case <-s.arrived.Events:
		case err := <-s.arrived.Errors:
			return nil, err
		case <-ctx.Done():
			return nil, fmt.Errorf("%d e-mails have arrived, not %d: %w\n%s", len(messages), count, ctx.Err(), s.log.String())
		}
	}
}

// Messages returns what is there now.
func (s *Server) Messages() (messages []Message, err error) {
	files, err := filepath.Glob(filepath.Join(s.folder, "mail", "new", "*"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		message, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		messages = append(messages, Message{message, string(text)})
	}
	slices.SortFunc(messages, func(a, b Message) int {
		return strings.Compare(a.Header.Get("Envelope-To")+a.Raw, b.Header.Get("Envelope-To")+b.Raw)
	})
	return messages, nil
}

func write(folder, name string, content []byte) error {
	return os.WriteFile(filepath.Join(folder, name), content, 0o600)
}

// writeCertificate makes a certificate for localhost, and returns what trusts it.
func writeCertificate(folder string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}, errors.Join(
		write(folder, "certificate.pem", text),
		write(folder, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
	)
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
