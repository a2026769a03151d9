package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"missive/cmd/internal/desk"
	"missive/cmd/preview/outbox"
	"missive/cmd/preview/studio"
	"missive/widget/problem"
)

// preview builds and serves, and builds again on each save, until ctx is done.
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
	state, err := stateFolder(o.state)
	if err != nil {
		return err
	}
	host, port := addressOf(listener)
	a := newAccess(port, o.networks)
	conversations, err := newBackend(ctx, a, state)
	if err != nil {
		return err
	}
	defer conversations.close()
	s := newServer(a, empty, conversations)
	s.studio = studio.New(b.themesFolder(), s.shown)
	s.outbox = outbox.New()
	notifier, err := conversations.notifier("http://"+host+desk.Path, s.outbox.Add)
	if err != nil {
		return err
	}
	go notifier.Run(ctx)
	w := &rebuilder{builder: b, server: s, backend: conversations, out: out}
	fmt.Fprint(out, greeting(host, a))
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

// stateFolder returns where the conversations are kept: in the folder that is named, or in the user's cache.
func stateFolder(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", problem.Wrap(fmt.Errorf("there is no folder to keep the conversations in: %w", err), "name one, as in -state /tmp/preview")
	}
	return filepath.Join(cache, "missive-chat"), nil
}

// greeting says where the preview is: at the host for this machine, and in each of its networks for others.
func greeting(host string, a access) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Preview: http://%s/\n", host)
	for _, host := range a.hosts[len(localNames):] {
		fmt.Fprintf(&b, "On a phone in the same network: http://%s/\n", host)
	}
	b.WriteString("Save a file and the page reloads. Ctrl-C stops the preview.\n\n")
	return b.String()
}
