package templates

// Desk returns the team desk of the preview, where the team answers visitors. What it shows comes from the conversations.
func (s *Set) Desk() ([]byte, error) { return s.render("desk.html.tmpl", nil) }
