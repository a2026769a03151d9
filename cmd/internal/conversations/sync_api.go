package conversations

import (
	"net/http"
	"strconv"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// syncAPI is where the SDK expects its objects.
const syncAPI = "https://cds.us1.twilio.com/v3"

const (
	defaultPageSize = 50 // items
	maxPageSize     = 100
	eventsPerFrame  = 100

	// When nothing of a subscription has come by then, the SDK asks again.
	deliveryMilliseconds = 15_000
)

// serveSync adds what the SDK asks of Sync.
func (s *Server) serveSync(mux *http.ServeMux) {
	handle := func(pattern string, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answerCall(w, r, h) })
	}
	for path, kind := range map[string]store.Kind{"Documents": store.Document, "Lists": store.List, "Maps": store.Map} {
		handle("GET /v3/"+path+"/{sid}", func(c *call) (int, any, error) { return getObject(c, path, kind) })
	}
	handle("GET /v3/Lists/{sid}/Items", getItems)
	handle("GET /v3/Maps/{sid}/Items", getItems)
	handle("POST /v4/Subscriptions", subscribe)
}

func getObject(c *call, path string, kind store.Kind) (int, any, error) {
	o, err := c.store.Object(c.PathValue("sid"), c.identity)
	if err != nil {
		return 0, nil, err
	}
	if o.Kind() != kind {
		return 0, nil, notFound
	}
	link := syncAPI + "/" + path + "/" + o.SID()
	body := object{
		"sid": o.SID(), "url": link, "links": object{"items": link + "/Items"},
		"last_event_id": o.LastEvent(), "date_updated": o.UpdatedAt(), "revision": strconv.FormatInt(o.LastEvent(), 16),
	}
	switch o := o.(type) {
	case store.Items:
		if c.Form.Get("Include") == "items" {
			body["items"] = describeItems(o, o.Page(store.Query{Size: maxPageSize}))
		}
	case interface{ Data() any }:
		body["data"] = o.Data()
	}
	return 0, body, nil
}

func getItems(c *call) (int, any, error) {
	found, err := c.store.Object(c.PathValue("sid"), c.identity)
	if err != nil {
		return 0, nil, err
	}
	o, ok := found.(store.Items)
	if !ok {
		return 0, nil, notFound
	}
	q, err := query(c, o.Kind())
	if err != nil {
		return 0, nil, err
	}
	page := o.Page(q)
	// The SDK goes on with "From"; of a token it only wants to know whether there is one.
	token := func(more bool) any {
		if more {
			return "more"
		}
		return nil
	}
	return 0, object{"items": describeItems(o, page), "meta": object{"next_token": token(page.Further), "previous_token": token(page.Previous)}}, nil
}

func query(c *call, kind store.Kind) (store.Query, error) {
	q := store.Query{Descending: c.Form.Get("Order") == "desc", Size: defaultPageSize}
	if text := c.Form.Get("PageSize"); text != "" {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 {
			return q, badRequest("PageSize is no positive number")
		}
		q.Size = min(size, maxPageSize)
	}
	only := "Key"
	if kind == store.List {
		only = "Index"
	}
	for name, to := range map[string]**store.Position{"From": &q.From, only: &q.Only} {
		if !c.Form.Has(name) {
			continue
		}
		position := store.Position{Key: c.Form.Get(name)}
		if kind == store.List {
			index, err := strconv.Atoi(position.Key)
			if err != nil {
				return q, badRequest(name + " is no number")
			}
			position = store.Position{Index: index}
		}
		*to = &position
	}
	return q, nil
}

func describeItems(o store.Items, page store.Page) []object {
	list := []object{}
	for _, item := range page.Items {
		body := object{"data": item.Data, "last_event_id": item.LastEvent, "date_updated": item.UpdatedAt, "revision": strconv.FormatInt(item.LastEvent, 16)}
		if o.Kind() == store.List {
			body["index"] = item.Index
		} else {
			body["key"] = item.Key
		}
		list = append(list, body)
	}
	return list
}

type subscriptionRequest struct {
	Action        string  `json:"action"`
	CorrelationID float64 `json:"correlation_id"`
	Requests      []struct {
		SID       string  `json:"object_sid"`
		LastEvent float64 `json:"last_event_id"`
	} `json:"requests"`
}

// subscribe starts or ends that the session is told of changes. A client that knows an older state is first told what it missed.
func subscribe(c *call) (int, any, error) {
	var body subscriptionRequest
	if err := c.decode(&body); err != nil {
		return 0, nil, err
	}
	var established, canceled, failed []object
	for _, r := range body.Requests {
		if body.Action == "cancel" {
			delete(c.session.subscribed, r.SID)
			canceled = append(canceled, object{"object_sid": r.SID})
			continue
		}
		o, err := c.store.Object(r.SID, c.identity)
		if err != nil {
			failed = append(failed, object{"object_sid": r.SID, "error": errorBody(notFound)})
			continue
		}
		c.session.replay(o, o.Since(int64(r.LastEvent)), body.CorrelationID)
		c.session.subscribed[r.SID] = true
		established = append(established, object{"object_sid": r.SID, "replay_status": "completed", "last_event_id": o.LastEvent()})
	}
	c.session.notify(syncEvent, "subscription_established", established, body.CorrelationID)
	c.session.notify(syncEvent, "subscription_canceled", canceled, body.CorrelationID)
	c.session.notify(syncEvent, "subscription_failed", failed, body.CorrelationID)
	return 0, object{"estimated_delivery_in_ms": deliveryMilliseconds, "max_batch_size": 100}, nil
}

// syncEvent is the type of messages about subscriptions; a change is of the type of its object.
const syncEvent = "twilio.sync.event"

// notify sends events of one type, if there are any.
func (n *session) notify(messageType, eventType string, events []object, correlation float64) {
	if len(events) == 0 {
		return
	}
	payload := object{"event_type": eventType, "events": events, "event_protocol_version": 4}
	if correlation != 0 {
		payload["correlation_id"] = correlation
	}
	n.send(twilsock.Header{Method: "notification", ID: newID(), MessageType: messageType}, payload)
}

// replay sends what a client missed: neighbours of one type together, up to some.
func (n *session) replay(o store.Object, events []store.Event, correlation float64) {
	for start := 0; start < len(events); {
		var batch []object
		kind := events[start].Type
		for start < len(events) && events[start].Type == kind && len(batch) < eventsPerFrame {
			batch = append(batch, describeEvent(o, events[start]))
			start++
		}
		n.notify(syncEvent, kind, batch, correlation)
	}
}

// publish tells those who follow an object that it changed. The store calls it.
func (s *Server) publish(o store.Object, e store.Event) {
	var event object
	for session := range s.sessions {
		if !session.subscribed[o.SID()] {
			continue
		}
		if _, err := s.store.Object(o.SID(), session.identity); err != nil {
			delete(session.subscribed, o.SID()) // no longer theirs to see
			continue
		}
		if event == nil {
			event = describeEvent(o, e)
		}
		session.notify("com.twilio.rtd.cds."+string(o.Kind()), e.Type, []object{event}, 0)
	}
}

func describeEvent(o store.Object, e store.Event) object {
	kind := string(o.Kind())
	event := object{"id": e.ID, "date_created": e.At, kind + "_sid": o.SID()}
	switch o.Kind() {
	case store.Document:
		event["document_data"] = e.Data
		return event
	case store.List:
		event["item_index"] = e.Item
	default:
		event["item_key"] = e.Key
	}
	if e.Data != nil {
		event["item_data"] = e.Data
	}
	return event
}
