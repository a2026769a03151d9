package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/chromedp/chromedp"

	"missive/widget/problem"
)

// parallelTabs is how many pages are loaded at once. More don't end sooner on a machine with few processors.
const parallelTabs = 3

// readyTimeout is how long a page may take until the chat on it shows what the picture is of. It takes seconds at most, unless
// something is wrong.
const readyTimeout = time.Minute

// tab is a tab of a browser, which takes pictures of the pages that it loads.
type tab struct {
	ctx   context.Context
	close context.CancelFunc
}

// openTab returns the first tab of the browser at the path, which [tab.start] starts.
func openTab(ctx context.Context, path string) *tab {
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("hide-scrollbars", true),
		// So that letters are drawn the same on each machine, whatever its screen is like.
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("disable-lcd-text", true),
	)
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // Chromium refuses to start with it as root
	}
	ctx, closeBrowser := chromedp.NewExecAllocator(ctx, flags...)
	ctx, closeTab := chromedp.NewContext(ctx)
	return &tab{ctx, func() { closeTab(); closeBrowser() }}
}

// start starts the browser, which all tabs share.
func (t *tab) start() error {
	if err := chromedp.Do(t.ctx); err != nil {
		return problem.Wrap(fmt.Errorf("the browser doesn't start: %w", err), "set CHROME_PATH to another Chromium or Chrome")
	}
	return nil
}

// another returns one more tab of the browser.
func (t *tab) another() *tab {
	ctx, closeTab := chromedp.NewContext(t.ctx)
	return &tab{ctx, closeTab}
}

// screenshot returns a picture of a stage, as a PNG, once it is ready.
func (t *tab) screenshot(address string, d device) ([]byte, error) {
	viewport := chromedp.EmulateViewport(d.width, d.height, chromedp.EmulateScale(d.scale))
	if d.touch {
		viewport = chromedp.EmulateViewport(d.width, d.height, chromedp.EmulateScale(d.scale), chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return t.capture(address, `document.documentElement.dataset.ready === ""`, viewport, chromedp.CaptureScreenshot())
}

// screenshotSheet returns a picture of a whole page with stages in frames, as a PNG, once all of them are ready.
func (t *tab) screenshotSheet(address string) ([]byte, error) {
	viewport := chromedp.EmulateViewport(1240, 800, chromedp.EmulateScale(1.4))
	const ready = `[...document.querySelectorAll("iframe")].every(f => f.contentDocument?.documentElement.dataset.ready === "")`
	return t.capture(address, ready, viewport, chromedp.FullScreenshot(100))
}

// capture loads the address, waits until the expression ready is true there, and returns the picture.
func (t *tab) capture(address, ready string, viewport chromedp.Action[chromedp.Void], capture chromedp.Action[[]byte]) ([]byte, error) {
	err := chromedp.Do(t.ctx, viewport, chromedp.Navigate(address),
		func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
			_, err := chromedp.Poll[bool](ready, chromedp.WithPollingTimeout(readyTimeout), chromedp.WithPollingInterval(10*time.Millisecond))(ctx, target)
			return chromedp.Void{}, err
		})
	if errors.Is(err, chromedp.ErrPollingTimeout) {
		return nil, problem.New("the chat doesn't show", "open "+address+" in the preview and look into the browser's console")
	}
	if err != nil {
		return nil, err
	}
	return chromedp.Run(t.ctx, capture)
}
