// Command preview shows the chat on this machine while it is being worked on: it builds in memory,
// serves the result with a page to try it on, and builds again on every save.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"missive/cmd/internal/commandline"
	"missive/templates"
	"missive/widget"
	"missive/widget/problem"
)

const usage = `Usage:
  go run ./cmd/preview                          preview chat.yaml
  go run ./cmd/preview shop.yaml blog.yaml      preview these instead
  go run ./cmd/preview -addr 127.0.0.1:8080     on another port; 0 takes a free one
  go run ./cmd/preview -lan                     also for phones in the same network
  go run ./cmd/preview -themes ../brand/themes  with themes from another folder
  go run ./cmd/preview -state DIR               keep the conversations in this folder
  go run ./cmd/preview -no-open                 leave the browser alone
  go run ./cmd/preview -shots DIR               write a picture of each theme in each state there, and stop

Save a file and the page reloads. Ctrl-C stops the preview.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	addr, themesDir string
	state           string         // folder
	shots           string         // folder for pictures, instead of a preview
	networks        []netip.Prefix // those that others may ask from: see localNetworks
	noOpen          bool
	files           []string
}

// run serves until ctx is done, or takes pictures. It returns the exit code: 0, or 2 for wrong usage or when the machine failed us.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var (
		o   options
		lan bool
	)
	flags := commandline.New("go run ./cmd/preview")
	flags.StringVar(&o.addr, "addr", "127.0.0.1:4400", "")
	flags.BoolVar(&lan, "lan", false, "")
	flags.StringVar(&o.themesDir, "themes", "", "")
	flags.StringVar(&o.state, "state", "", "")
	flags.StringVar(&o.shots, "shots", "", "")
	flags.BoolVar(&o.noOpen, "no-open", false, "")
	if err := flags.Parse(args); err != nil {
		return commandline.Refuse("preview", usage, err, stdout, stderr)
	}
	o.files = flags.Args()
	if len(o.files) == 0 {
		o.files = []string{"chat.yaml"}
	}
	var err error
	if lan {
		o.networks, err = localNetworks()
	}
	switch ignored := flags.Given("addr", "lan", "state", "no-open"); {
	case o.shots != "" && ignored != nil:
		err = problem.New("-shots takes pictures and stops: nothing would come of "+strings.Join(ignored, ", "), "leave that out, or leave out -shots")
	case err != nil:
	case o.shots != "":
		err = takeShots(ctx, o, o.shots, stdout)
	default:
		err = preview(ctx, o, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "preview:", err)
		return 2
	}
	return 0
}

func preview(ctx context.Context, o options, out io.Writer) error {
	listener, err := listen(o.addr, len(o.networks) > 0)
	if err != nil {
		return err
	}
	defer listener.Close()
	b := newBuilder(o)
	saved, err := watch(b.watched())
	if err != nil {
		return err
	}
	defer saved.close()

	empty, err := emptySite()
	if err != nil {
		return err
	}
	if o.state == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return problem.Wrap(fmt.Errorf("there is no folder to keep the conversations in: %w", err), "name one, as in -state /tmp/preview")
		}
		o.state = filepath.Join(cache, "missive-chat")
	}
	address := listener.Addr().(*net.TCPAddr)
	host := address.String()
	if address.IP.IsUnspecified() {
		host = net.JoinHostPort(localNames[0], strconv.Itoa(address.Port))
	}
	g := newGate(strconv.Itoa(address.Port), o.networks)
	conversations, err := newLive(host, g, o.state)
	if err != nil {
		return err
	}
	defer conversations.close()
	s := newServer(g, empty, conversations)
	s.studio = newStudio(b.themesFolder(), s.current)
	w := &workshop{builder: b, server: s, live: conversations, out: out}
	fmt.Fprint(out, greeting(host, g))
	w.rebuild(w.builder.build)

	stopped := serve(ctx, listener, s)
	if !o.noOpen {
		openBrowser("http://" + host + "/")
	}
	for {
		select {
		case paths := <-saved.Saved:
			w.saved(paths)
		case err := <-stopped:
			return err
		}
	}
}

// greeting says where the preview is: at the host for this machine, and in each of its networks for others.
func greeting(host string, g gate) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Preview: http://%s/\n", host)
	for _, host := range g.hosts[len(localNames):] {
		fmt.Fprintf(&b, "On a phone in the same network: http://%s/\n", host)
	}
	b.WriteString("Save a file and the page reloads. Ctrl-C stops the preview.\n\n")
	return b.String()
}

// serve answers until ctx is done. The channel then has nil, or before what went wrong.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) <-chan error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	// Not Shutdown: it would wait for the streams of events, which go on for as long as a page is open.
	context.AfterFunc(ctx, func() { server.Close() })
	stopped := make(chan error, 1)
	go func() {
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		stopped <- err
	}()
	return stopped
}

// workshop builds what was saved, hands it to the server and tells the terminal.
type workshop struct {
	builder *builder
	server  *server
	live    *live
	out     io.Writer

	lastBuild     string
	lastVariables map[string]map[string]string
	lastProblems  []problem.Problem
	toldRestart   bool
}

func (w *workshop) saved(paths []string) {
	goCode := func(path string) bool { return filepath.Ext(path) == ".go" }
	if !w.toldRestart && slices.ContainsFunc(paths, goCode) {
		fmt.Fprintln(w.out, "Go code was changed: restart the preview to see that.")
		w.toldRestart = true
	}
	if slices.ContainsFunc(paths, func(path string) bool { return !goCode(path) }) {
		build := w.builder.restyle
		if slices.ContainsFunc(paths, func(path string) bool { return !w.builder.isTheme(path) }) {
			build = w.builder.build
		}
		w.rebuild(build)
		w.server.studio.tell()
	}
}

// rebuild says nothing when nothing has changed: any file in a watched folder leads here.
func (w *workshop) rebuild(build func() (*site, []problem.Problem)) {
	start := time.Now()
	built, problems := build()
	same := slices.Equal(problems, w.lastProblems)
	if same && built != nil && built.build == w.lastBuild {
		w.paint(built, start)
		return
	}
	if built != nil {
		if err := w.live.open(built.accounts); err != nil {
			p := problem.Of(err)
			p.File = "chat.yaml"
			problems, built = append(problems, p), nil
		}
	}
	w.server.update(built, faults(problems))
	for _, p := range problems {
		if !p.Warning || !slices.Contains(w.lastProblems, p) {
			fmt.Fprintln(w.out, p)
		}
	}
	w.lastProblems = problems
	if built == nil {
		fmt.Fprintln(w.out, "Not built; the page stays as it was.")
		return
	}
	w.lastBuild, w.lastVariables = built.build, built.variables
	fmt.Fprintf(w.out, "Built %s in %d ms.\n", strings.Join(built.accounts, ", "), time.Since(start).Milliseconds())
}

// paint gives open pages new style variables. It says so where there are any: only stages may show the theme that was saved.
func (w *workshop) paint(built *site, start time.Time) {
	w.server.update(built, faults(w.lastProblems))
	var painted []string
	for _, account := range built.accounts {
		if !maps.Equal(built.variables[account], w.lastVariables[account]) {
			painted = append(painted, account)
		}
	}
	w.lastVariables = built.variables
	if painted != nil {
		fmt.Fprintf(w.out, "Painted %s in %d ms.\n", strings.Join(painted, ", "), time.Since(start).Milliseconds())
	}
}

// inModule tells whether the preview runs in the project's own folder. There the sources
// are read from disk, so that they can be worked on; elsewhere they are the embedded ones.
func inModule() bool {
	mod, err := os.ReadFile("go.mod")
	return err == nil && bytes.HasPrefix(mod, []byte("module missive"))
}

func newBuilder(o options) *builder {
	b := &builder{files: o.files, themesDir: o.themesDir, sources: fs.FS(widget.Sources), templates: fs.FS(templates.Files), pages: ownPages}
	if inModule() {
		b.sources, b.templates, b.pages = os.DirFS("widget"), os.DirFS("templates"), onDisk(ownPages)
	}
	return b
}

// listen listens on this machine, and with lan to others as well. If the port of addr is taken it takes the next free one.
func listen(addr string, lan bool) (net.Listener, error) {
	const hint = "use 127.0.0.1 and a port, as in -addr 127.0.0.1:4400; -lan lets phones in"
	host, service, err := net.SplitHostPort(addr)
	port, portErr := strconv.ParseUint(service, 10, 16)
	if err != nil || portErr != nil {
		return nil, problem.New(fmt.Sprintf("-addr: %q is no address", addr), hint)
	}
	if !slices.Contains(localNames, host) {
		return nil, problem.New(fmt.Sprintf("-addr: %q can be reached by other machines, or is not this one", host), hint)
	}
	if lan {
		host = "" // all addresses; the gate knows whom to answer
	}
	var taken error
	for range 20 {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.FormatUint(port, 10)))
		if err == nil {
			return listener, nil
		}
		if taken == nil {
			taken = err
		}
		port++
	}
	return nil, problem.Wrap(fmt.Errorf("no free port: %w", taken), "name another, as in -addr 127.0.0.1:8080")
}

// openBrowser tries; the address is printed anyway.
func openBrowser(address string) {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", address)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	default:
		cmd = exec.Command("xdg-open", address)
	}
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
