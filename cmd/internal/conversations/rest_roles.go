package conversations

import (
	"net/http"
	"strings"

	"missive/cmd/internal/conversations/store"
)

// serveRoles adds who may do what: the resources of roles, and the configuration that gives them to who has none.
func (s *Server) serveRoles(handle func(string, handler), service string) {
	role := service + "/Roles/{role}"
	handle("POST"+service+"/Roles", restCreateRole)
	handle("GET"+service+"/Roles", restListRoles)
	handle("GET"+role, restGetRole)
	handle("POST"+role, restUpdateRole)
	handle("DELETE"+role, restDeleteRole)
	handle("GET"+service+"/Configuration", restGetConfiguration)
	handle("POST"+service+"/Configuration", restUpdateConfiguration)
}

func (c *call) permissions() []store.Permission {
	var list []store.Permission
	for _, name := range c.Form["Permission"] {
		list = append(list, store.Permission(name))
	}
	return list
}

func restCreateRole(c *call) (int, any, error) {
	made, err := c.store.CreateRole(c.Form.Get("FriendlyName"), store.RoleType(c.Form.Get("Type")), c.permissions())
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, c.showRole(made), nil
}

func restListRoles(c *call) (int, any, error) {
	return listPage(c, "roles", c.store.Roles(), maxItemsPerPage, c.showRole)
}

func restGetRole(c *call) (int, any, error) {
	r, err := c.store.Role(c.PathValue("role"))
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showRole(r), nil
}

func restUpdateRole(c *call) (int, any, error) {
	r, err := c.store.Role(c.PathValue("role"))
	if err == nil {
		err = c.store.UpdateRole(r, c.permissions())
	}
	if err != nil {
		return 0, nil, err
	}
	return 0, c.showRole(r), nil
}

func restDeleteRole(c *call) (int, any, error) {
	r, err := c.store.Role(c.PathValue("role"))
	if err == nil {
		err = c.store.DeleteRole(r)
	}
	return http.StatusNoContent, nil, err
}

func (c *call) showRole(r *store.Role) object {
	return c.resource(object{
		"sid": r.SID, "friendly_name": r.FriendlyName, "type": r.Type, "permissions": r.Permissions, "date_created": r.Created, "date_updated": r.Updated,
		"url": c.link("Roles", r.SID),
	})
}

func restGetConfiguration(c *call) (int, any, error) {
	v, link := c.store.Configuration(), c.link("Configuration")
	return 0, object{
		"chat_service_sid": c.server.options.ServiceSID, "default_chat_service_role_sid": v.ServiceRole,
		"default_conversation_role_sid": v.ConversationRole, "default_conversation_creator_role_sid": v.CreatorRole,
		"reachability_enabled": v.Reachability, "url": link, "links": object{"notifications": link + "/Notifications", "webhooks": link + "/Webhooks"},
	}, nil
}

func restUpdateConfiguration(c *call) (int, any, error) {
	change := store.ConfigurationChange{
		ServiceRole: c.value("DefaultChatServiceRoleSid"), ConversationRole: c.value("DefaultConversationRoleSid"),
		CreatorRole: c.value("DefaultConversationCreatorRoleSid"),
	}
	if text := c.value("ReachabilityEnabled"); text != nil {
		on := strings.EqualFold(*text, "true")
		if !on && !strings.EqualFold(*text, "false") {
			return 0, nil, badRequest("ReachabilityEnabled is neither true nor false")
		}
		change.Reachability = &on
	}
	if err := c.store.Configure(change); err != nil {
		return 0, nil, err
	}
	return restGetConfiguration(c)
}
