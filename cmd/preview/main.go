// Command preview shows the chat on this machine while it is being worked on: it builds in memory,
// serves the result with a page to try it on, and builds again on every save.
//
// What belongs here is what all its pages need: the build, the server and who may ask it, the conversations, and the table of
// pages. What one page shows, loads and asks for is in its folder: host, studio, stage, and cmd/internal/desk. What goes into
// dist/ is no business of the preview: it takes the files as cmd/build does.
package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"missive/cmd/internal/commandline"
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
