import React from "react";
import ReactDOM from "react-dom";
import { Widget } from "react-chat-widget";
import "react-chat-widget/lib/styles.css";

ReactDOM.render(<Widget handleNewUserMessage={() => {}} />, document.getElementById("app"));
