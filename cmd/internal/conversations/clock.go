package conversations

// RingTimers changes the conversations whose timers have rung. The server does it each second by itself; who moves the clock of
// Options.Now forward can't wait for that.
func (s *Server) RingTimers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.RingTimers()
}

// OpenConversations tells in how many active and inactive conversations somebody is: what Twilio has a limit for.
func (s *Server) OpenConversations(identity string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.store.User(identity)
	if err != nil {
		return 0
	}
	return len(u.Memberships())
}
