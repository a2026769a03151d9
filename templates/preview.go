package templates

// PreviewData is what the preview's host page tells.
type PreviewData struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the page; empty before anything could be built.
	Account string
	// Accounts are all that can be chosen.
	Accounts []string
	// Local is true on the machine that the preview runs on: only there is the team desk.
	Local bool
}

// Preview returns the preview's host page: a made-up site with an account's chat on it.
func (s *Set) Preview(d PreviewData) ([]byte, error) { return s.render("preview.html.tmpl", d) }
