package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"missive/cmd/internal/chromium"
	"missive/cmd/preview/stage"
	"missive/themes"
	"missive/widget/problem"
)

var errNotBuilt error = problem.New("nothing to take pictures of", "mend what is told above, then try again")

// takeShots builds, serves that to a browser of its own, and has it write pictures of all themes into the folder.
func takeShots(ctx context.Context, o options, folder string, out io.Writer) error {
	browser, err := chromium.Find()
	if err != nil {
		return err
	}
	b := newBuilder(o)
	built, problems := b.build()
	for _, p := range problems {
		fmt.Fprintln(out, p)
	}
	if built == nil {
		return errNotBuilt
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	host, port := addressOf(listener)
	serve(ctx, listener, newServer(newAccess(port, nil), built, nil))
	pictures := stage.Pictures{Browser: browser, Host: host, Themes: themes.Names(b.themesFolder()), Folder: folder}
	return pictures.Take(ctx, out)
}
