package templates

// StageData is what a stage of the preview tells: which state of the widget it shows, and how.
type StageData struct {
	// Build names what is shown. The page reloads when a newer one is announced.
	Build string
	// Account is the one whose chat is on the stage.
	Account string
	// Theme and State are names.
	Theme, State string
	// Scheme is "light" or "dark".
	Scheme string
	// RTL: the page, and all that is said on it, goes from right to left.
	RTL bool
	// Long: names and messages are.
	Long bool
}

// Stage returns a page with nothing but the widget, in one of its states.
func (s *Set) Stage(d StageData) ([]byte, error) { return s.render("stage.html.tmpl", d) }
