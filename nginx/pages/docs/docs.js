/* docs - show /openapi.json in Swagger UI, or say why it cannot be shown. */
"use strict";

if (window.SwaggerUIBundle === undefined) {
	document.getElementById("missing").hidden = false;
} else {
	window.ui = window.SwaggerUIBundle({
		url: "/openapi.json",
		dom_id: "#ui",
		presets: [window.SwaggerUIBundle.presets.apis],
		layout: "BaseLayout",
		oauth2RedirectUrl: location.origin + "/docs/oauth2-redirect",
		/* It would ask a server elsewhere whether the document is valid. */
		validatorUrl: null,
		deepLinking: true,
		docExpansion: "none",
		filter: true,
		persistAuthorization: true,
	});
}
