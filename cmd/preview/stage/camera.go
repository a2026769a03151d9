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

// tabs is how many pages are loaded at once: more would wait for each other on most machines.
const tabs = 3

// patience is how long a page may take to show what it is there for: a chat that hasn't come until then won't come.
const patience = time.Minute

// camera is a browser that takes pictures of pages.
type camera struct {
	ctx   context.Context
	close context.CancelFunc
}

// openCamera prepares the browser at the path. It starts with the first page.
func openCamera(ctx context.Context, path string) *camera {
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("hide-scrollbars", true),
		// As letters are drawn on any machine, whatever its screen is like.
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("disable-lcd-text", true),
	)
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // Chromium's sandbox is not for root
	}
	ctx, closeBrowser := chromedp.NewExecAllocator(ctx, flags...)
	ctx, closeTab := chromedp.NewContext(ctx)
	return &camera{ctx, func() { closeTab(); closeBrowser() }}
}

// start starts the browser, which the other tabs then share.
func (c *camera) start() error {
	if err := chromedp.Do(c.ctx); err != nil {
		return problem.Wrap(fmt.Errorf("the browser doesn't start: %w", err), "set CHROME_PATH to another Chromium or Chrome")
	}
	return nil
}

// open returns another tab.
func (c *camera) open() *camera {
	ctx, closeTab := chromedp.NewContext(c.ctx)
	return &camera{ctx, closeTab}
}

// take takes a picture of a stage when it is ready.
func (c *camera) take(address string, d device) ([]byte, error) {
	viewport := chromedp.EmulateViewport(d.width, d.height, chromedp.EmulateScale(d.scale))
	if d.touch {
		viewport = chromedp.EmulateViewport(d.width, d.height, chromedp.EmulateScale(d.scale), chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return c.shoot(address, `document.documentElement.dataset.ready === ""`, viewport, chromedp.CaptureScreenshot())
}

// takeSheet takes a picture of a page with stages in frames, as long as it is.
func (c *camera) takeSheet(address string) ([]byte, error) {
	viewport := chromedp.EmulateViewport(1240, 800, chromedp.EmulateScale(1.4))
	const ready = `[...document.querySelectorAll("iframe")].every(f => f.contentDocument?.documentElement.dataset.ready === "")`
	return c.shoot(address, ready, viewport, chromedp.FullScreenshot(100))
}

func (c *camera) shoot(address, ready string, viewport chromedp.Action[chromedp.Void], capture chromedp.Action[[]byte]) ([]byte, error) {
	err := chromedp.Do(c.ctx, viewport, chromedp.Navigate(address),
		func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := chromedp.Poll[bool](ready, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(10*time.Millisecond))(ctx, t)
			return chromedp.Void{}, err
		})
	if errors.Is(err, chromedp.ErrPollingTimeout) {
		return nil, problem.New("the chat doesn't show", "open "+address+" in the preview and look into the browser's console")
	}
	if err != nil {
		return nil, err
	}
	return chromedp.Run(c.ctx, capture)
}
