// Where Twilio's SDK is, for those who don't host it themselves.

export const cdn = "https://sdk.twilio.com/js/conversations/releases/3.0.0/twilio-conversations.min.js";
/** As Twilio publishes it for this version. */
export const integrity = "sha256-IJF0NPIwIoqgcZfa94Je9Dhga6UI9gt8m6lBFlWsXjg=";
