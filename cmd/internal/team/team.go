// Package team is who answers: the agents, how they sign in at the desk, and where that is.
package team

import (
	"net/url"
	"time"

	"missive/cmd/internal/token"
)

// Team is the configuration of those who answer.
type Team struct {
	// URL is where the desk is reached from outside; nil if that isn't known.
	URL *url.URL
	// Away is after how long an agent is away who doesn't touch the desk; 0 for never.
	Away   time.Duration
	Agents []Agent
	// SignIn is the provider that agents sign in with; nil for none.
	SignIn *Provider
	// Notify is how the team is told of what nobody has read; nil for not at all.
	Notify *Notify
}

// Agent is somebody who answers.
type Agent struct {
	// Identity is what Twilio, and with it each visitor, knows the agent by.
	Identity string
	// Name and Picture are shown to visitors. Either may be empty.
	Name, Picture string
	// Email is for signing in and for notifications; no visitor sees it.
	Email string
	// Password is an argon2id hash, as "go run ./cmd/token password" makes it; empty for none.
	Password string
}

// Provider is an OpenID Connect provider.
type Provider struct{ Issuer, ClientID string }

// Named returns a team of which nothing but the identities is known, so that nobody can sign in.
func Named(identities []string) *Team {
	t := &Team{Away: DefaultAway}
	for _, identity := range identities {
		t.Agents = append(t.Agents, Agent{Identity: identity})
	}
	return t
}

// DefaultAway is what Away is when the configuration doesn't say.
const DefaultAway = 15 * time.Minute

// Identities returns those of the agents, in their order.
func (t *Team) Identities() []string {
	var identities []string
	for _, agent := range t.Agents {
		identities = append(identities, agent.Identity)
	}
	return identities
}

// Shown returns what visitors see of the agents. Those of whom nothing is configured stay as they are in Twilio.
func (t *Team) Shown() (shown []token.Shown) {
	for _, a := range t.Agents {
		if a.Name != "" || a.Picture != "" {
			shown = append(shown, token.Shown{Identity: a.Identity, Name: a.Name, Picture: a.Picture})
		}
	}
	return shown
}

// Agent returns the agent with the identity, if there is one.
func (t *Team) Agent(identity string) (Agent, bool) {
	for _, agent := range t.Agents {
		if agent.Identity == identity {
			return agent, true
		}
	}
	return Agent{}, false
}
