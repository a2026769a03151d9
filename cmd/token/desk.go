package main

import (
	"context"
	"log/slog"
	"net/http"

	"missive/cmd/internal/desk"
	"missive/cmd/internal/signin"
	"missive/cmd/internal/token"
	"missive/widget/problem"
)

// newDesk returns the desk for the team; nil where nobody can sign in. It gets Twilio's SDK from Twilio's host, or has it itself, for
// which it needs npm.
func newDesk(ctx context.Context, c configuration, handler *token.Handler, bundled bool) (http.Handler, error) {
	if !signin.Possible(c.team) {
		c.Log.Info("there is no desk, as no agent can sign in", "hint", "give the team a file, as in -agents agents.yaml")
		return nil, nil
	}
	files, problems := desk.Build(bundled)
	if problems != nil {
		p := problems[0] // of the program itself, or of npm
		return nil, problem.New("the desk can't be made: "+p.Message, p.Hint)
	}
	door := signin.New(signin.Options{
		Team: c.team, Keys: c.deskKeys, ClientSecret: c.clientSecret, Limits: signin.ProductionLimits, Proxies: c.Proxies, Log: c.Log,
	})
	go door.CheckProvider(ctx)
	return desk.New(desk.Options{SignIn: door, Team: c.team, Token: handler, Files: func() *desk.Files { return files }, Log: c.Log}), nil
}

// warn logs a warning, with its place if it has one.
func warn(log *slog.Logger, w problem.Problem) {
	hint := w.Hint
	w.Hint, w.Warning = "", false
	log.Warn(w.Error(), "hint", hint)
}
