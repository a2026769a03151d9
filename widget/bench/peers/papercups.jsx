import React from "react";
import ReactDOM from "react-dom";
import { ChatWidget } from "@papercups-io/chat-widget";

ReactDOM.render(<ChatWidget token="00000000-0000-0000-0000-000000000001" inbox="00000000-0000-0000-0000-000000000002" />, document.getElementById("app"));
