package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"missive/cmd/internal/chromium"
)

// watchColor resolves with the time, in milliseconds since 1970, of the first frame in which the header has another color.
const watchColor = `window.repainted = new Promise(resolve => {
	const header = document.querySelector("missive-chat").shadowRoot.querySelector(".header");
	const color = () => getComputedStyle(header).backgroundColor;
	const before = color();
	const look = () => color() != before ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
	look();
}); 0`

// openTab opens a tab in the browser at the path.
func openTab(b *testing.B, path string) context.Context {
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // Chromium's sandbox is not for root
	}
	browser, closeBrowser := chromedp.NewExecAllocator(b.Context(), flags...)
	b.Cleanup(closeBrowser)
	tab, closeTab := chromedp.NewContext(browser)
	b.Cleanup(closeTab)
	return tab
}

// From the write of a theme file to the frame in which the open window shows it, in Chromium:
//
//	go test ./cmd/preview -run '^$' -bench SaveToPixels -benchtime 30x
func BenchmarkSaveToPixels(b *testing.B) {
	path, err := chromium.Find()
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	write(b, filepath.Join(dir, "chat.yaml"), oneAccount+"theme: brand\n")
	theme := filepath.Join(dir, "themes", "brand.toml")
	write(b, theme, "main-color = \"#000000\"\n")
	term := start(b, dir)
	address := term.address()
	term.until("Built acme in ")
	ctx := openTab(b, path)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	must(chromedp.Do(ctx, chromedp.Navigate(address)))
	_, err = chromedp.Run(ctx, chromedp.Poll[bool](`!!window.MissiveChat && (MissiveChat.open(), !!document.querySelector("missive-chat").shadowRoot.querySelector(".open"))`))
	must(err)

	var took []float64
	for b.Loop() {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[int](watchColor))
		must(err)
		saved := time.Now()
		write(b, theme, fmt.Sprintf("main-color = \"#%06x\"\n", len(took)+1))
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("window.repainted", chromedp.EvalAwaitPromise))
		must(err)
		took = append(took, shown-float64(saved.UnixMicro())/1000)
		term.until("Painted acme in ")
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "ms/median")
	b.ReportMetric(took[len(took)-1], "ms/max")
}
