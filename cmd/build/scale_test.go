//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"missive/cmd/internal/bundle"
)

// BenchmarkScale builds up to ten thousand accounts, and prints the table of widget/bench/README.md:
//
//	go test ./cmd/build -run '^$' -bench Scale
//
// Each build is a process of its own, into a folder that isn't there yet: one in memory where the system has that, as disks
// differ, and the time that the disk takes is told apart.
func BenchmarkScale(b *testing.B) {
	var plain, compressed []figures
	for _, accounts := range []int{1, 100, 1_000, 10_000} {
		file := manyAccounts(b, accounts)
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) { plain = append(plain, measureBuild(b, accounts, file)) })
		b.Run(fmt.Sprintf("accounts=%d/compress", accounts), func(b *testing.B) {
			compressed = append(compressed, measureBuild(b, accounts, "-compress", file))
		})
	}
	var first, bare, each, disk time.Duration
	b.Run("first", func(b *testing.B) { first, bare = measureFirst(b) })
	b.Run("esbuild", func(b *testing.B) { each = measureEsbuild(b) })
	b.Run("disk", func(b *testing.B) { disk = measureDisk(b) })
	if len(plain) < 4 || len(compressed) < 4 || disk == 0 {
		return // a part was asked for
	}

	fmt.Print("\n| Accounts | Time | Each further one | Its processor time | Peak memory |\n| ---: | ---: | ---: | ---: | ---: |\n")
	for _, list := range [][]figures{plain, compressed} {
		for _, f := range list {
			fmt.Println(f.row(list[0]))
		}
	}
	most := plain[len(plain)-1]
	fmt.Printf("\nThe first account takes %s; esbuild alone takes %s for the same sources, and the minifiers: %.1f times as much.\n"+
		"One esbuild run for each account takes %s: %.0f times as much as each further account here.\n"+
		"The disk of this machine takes %s more for the files of an account, whoever writes them.\n"+
		"%s, %d processors, %s\n",
		short(first), short(bare), ratio(first, bare), short(each), ratio(each, most.further(most.time, plain[0].time)), short(disk),
		time.Now().Format(time.DateOnly), runtime.NumCPU(), versions())
}

// versions are those of what the figures depend on.
func versions() string {
	list := []string{runtime.Version()}
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if strings.HasSuffix(m.Path, "/esbuild") || strings.HasSuffix(m.Path, "/brotli") {
			list = append(list, path.Base(m.Path)+" "+m.Version)
		}
	}
	return strings.Join(list, ", ")
}

// inMemory returns a folder that is in memory, where the system has that, and goes with the benchmark.
func inMemory(b *testing.B) string {
	b.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "missive-")
	if err != nil {
		return b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// figures are the medians of builds of so many accounts.
type figures struct {
	accounts   int
	compressed bool
	time       time.Duration
	busy       time.Duration // of all processors together: other work on the machine hardly changes it
	peakBytes  int
}

// further is what each account but the first adds to a figure.
func (f figures) further(all, first time.Duration) time.Duration {
	return (all - first) / time.Duration(max(f.accounts-1, 1))
}

// row is that of the table. One is the figures of the first account alone.
func (f figures) row(one figures) string {
	accounts, further, busy := strconv.Itoa(f.accounts), "–", "–"
	if f.compressed {
		accounts += " with `-compress`"
	}
	if f.time > one.time { // or else other work on the machine hides it
		further = short(f.further(f.time, one.time))
	}
	if f.busy > one.busy {
		busy = short(f.further(f.busy, one.busy))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %d MB |", accounts, short(f.time), further, busy, f.peakBytes>>20)
}

func short(d time.Duration) string {
	ms := d.Seconds() * 1000
	switch {
	case ms >= 1000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.2f ms", ms)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// manyAccounts writes a setup of the accounts, each with a name, a colour, texts and a way to be reached.
func manyAccounts(b *testing.B, n int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString("host: https://chat.example.com\nconnection: {tokenUrl: https://chat.example.com/token}\ntheme: paper\naccounts:\n")
	for i := range n {
		fmt.Fprintf(&text, `  - id: account-%d
    chat: {name: "Account %[1]d", position: bottom-left, variables: {main-color: "#%06[1]x"}}
    messages: {welcome: "Hello from account %[1]d!"}
    support: {email: team-%[1]d@example.com}
`, i)
	}
	file := filepath.Join(b.TempDir(), "chat.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	return file
}

// measureBuild runs the command as a process of its own.
func measureBuild(b *testing.B, accounts int, args ...string) figures {
	f := figures{accounts: accounts, compressed: args[0] == "-compress"}
	var times, busy []time.Duration
	dir := inMemory(b)
	for b.Loop() {
		out := filepath.Join(dir, "dist")
		command := exec.Command("build", append([]string{"-out", out}, args...)...)
		start := time.Now()
		if text, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
		times = append(times, time.Since(start))
		busy = append(busy, command.ProcessState.UserTime()+command.ProcessState.SystemTime())
		f.peakBytes = max(f.peakBytes, peak(command.ProcessState))
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
	}
	f.time, f.busy = median(times), median(busy)
	b.ReportMetric(f.time.Seconds()*1000/float64(accounts), "ms/account")
	b.ReportMetric(f.busy.Seconds()*1000/float64(accounts), "cpu-ms/account")
	b.ReportMetric(float64(f.peakBytes)/(1<<20), "MB-peak")
	return f
}

// peak is the most memory that a process had, in bytes.
func peak(p *os.ProcessState) int {
	size := int(p.SysUsage().(*syscall.Rusage).Maxrss)
	if runtime.GOOS == "linux" {
		size *= 1024
	}
	return size
}

// measureFirst builds one account, and its scripts with esbuild alone, in turn.
func measureFirst(b *testing.B) (first, bare time.Duration) {
	file, dir := manyAccounts(b, 1), inMemory(b)
	var builds, bares []time.Duration
	for b.Loop() {
		out := filepath.Join(dir, strconv.Itoa(len(builds)))
		start := time.Now()
		if code := run([]string{"-out", out, file}, io.Discard, io.Discard); code != 0 {
			b.Fatal("the build failed")
		}
		builds = append(builds, time.Since(start))
		start = time.Now()
		esbuild(b, "{}", "launcher", "pinned")
		esbuild(b, "{}", "window/window", "connection/connection")
		bares = append(bares, time.Since(start))
	}
	first, bare = median(builds), median(bares)
	b.ReportMetric(ratio(first, bare), "times-bare")
	return first, bare
}

// measureDisk copies built accounts from memory to the disk, and returns the time for each.
func measureDisk(b *testing.B) time.Duration {
	const accounts = 100
	dist, dir := filepath.Join(inMemory(b), "dist"), b.TempDir()
	if code := run([]string{"-out", dist, manyAccounts(b, accounts)}, io.Discard, io.Discard); code != 0 {
		b.Fatal("the build failed")
	}
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := os.CopyFS(filepath.Join(dir, strconv.Itoa(len(times))), os.DirFS(dist)); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start)/accounts)
	}
	b.ReportMetric(median(times).Seconds()*1000, "ms/account")
	return median(times)
}

// measureEsbuild bundles the launcher of each account anew.
func measureEsbuild(b *testing.B) time.Duration {
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		esbuild(b, fmt.Sprintf(`{"id":"account-%d"}`, len(times)), "launcher/launcher")
		times = append(times, time.Since(start))
	}
	b.ReportMetric(median(times).Seconds()*1000, "ms/account")
	return median(times)
}

// esbuild makes scripts of the widget as one would without this project, with the setup in the source.
func esbuild(b *testing.B, setup string, entries ...string) {
	b.Helper()
	var files []string
	for _, entry := range entries {
		files = append(files, "../../widget/src/"+entry+".ts")
	}
	minify := api.Plugin{Name: "minify", Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `\.(css|svg)$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			content, err := os.ReadFile(a.Path)
			if err == nil && strings.HasSuffix(a.Path, ".css") {
				content, err = bundle.CSS(content)
			} else if err == nil {
				content, err = bundle.SVG(content)
			}
			text := string(content)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderText}, err
		})
		if entries[0] == "launcher/launcher" {
			return
		}
		// The others take from the launcher what it has.
		build.OnResolve(api.OnResolveOptions{Filter: `/(launcher/scripts|shared/(dom|unsafe|warn))$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: filepath.Join(a.ResolveDir, "../shared/from-launcher.ts")}, nil
		})
	}}
	result := api.Build(api.BuildOptions{
		EntryPoints: files, Plugins: []api.Plugin{minify}, Bundle: true, Outdir: "dist", Format: api.FormatIIFE,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Engines: []api.Engine{{Name: api.EngineChrome, Version: "109"}, {Name: api.EngineFirefox, Version: "115"}, {Name: api.EngineSafari, Version: "16.4"}},
		Define:  map[string]string{"SETUP": setup, "WINDOW_FILE": `"window.js"`, "CONNECTION_FILE": `"connection.js"`, "SDK_FILE": `""`, "INTEGRITY": "false"},
	})
	if len(result.Errors) > 0 || len(result.OutputFiles) != len(entries) {
		b.Fatalf("esbuild: %v", result.Errors)
	}
}
