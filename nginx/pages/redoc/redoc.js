/* redoc - show /openapi.json in ReDoc, or say why it cannot be shown. */
"use strict";

if (window.Redoc === undefined) {
	document.getElementById("missing").hidden = false;
} else {
	window.Redoc.init("/openapi.json", {
		expandResponses: "200,201",
		hideDownloadButton: false,
		requiredPropsFirst: true,
	}, document.getElementById("ui"));
}
