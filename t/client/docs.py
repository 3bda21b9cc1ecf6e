"""docs - /docs and /redoc show /openapi.json, and ask nobody else for anything.

    docs whole     with what npm gives
    docs empty     without
"""

import os
import sys

import nj
from browser import Browser, says

URL = os.environ["NJ_URL"]


async def shows(page, path, title, script):
    await page.open(URL + path)
    await page.until(script, "%s shows what there is" % path, 30)
    nj.equal(await page.run("document.title"), title, "%s: the title" % path)
    nj.equal([u for u in page.requests if not u.startswith(
        (URL + "/", "data:", "blob:" + URL))], [],
        "%s: nothing is asked of anybody else" % path)
    nj.equal(page.faults, [], "%s: no complaint in the console" % path)
    await page.shot(path.strip("/"))


async def log_in(docs):
    """With a name and a password, as the form of Swagger UI asks for them."""
    await nj.Http().want(201, "POST", "/v1/users", {
        "username": "ann", "password": "password-ann"})
    await docs.run("scrollTo(0, 0)")
    await docs.click(".btn.authorize")
    await docs.until("document.querySelector('.modal-ux input[type=password]')"
                     " !== null", "there is where to log in")
    await docs.fill("#oauth_username", "ann")
    await docs.fill("#oauth_password", "password-ann")
    await docs.shot("docs-login")
    await docs.click(".modal-ux .auth-container:has(#oauth_username) "
                     ".authorize")
    await docs.until("[...document.querySelectorAll('.modal-ux button')].some("
                     "(b) => b.textContent === 'Logout')", "and it works")
    nj.equal([u for u in docs.requests if not u.startswith(
        (URL + "/", "data:"))], [], "here, and nowhere else")


async def whole():
    async with Browser() as browser:
        docs = await browser.person(height=900)
        await shows(docs, "/docs", "Natterjack - Swagger UI",
                    says("#ui .info", "Natterjack") + " && document."
                    "querySelectorAll('.opblock-tag').length > 1")
        # Something real: open an operation, and try it.
        await docs.click("#operations-tag-server .opblock-tag, "
                         ".opblock-tag[data-tag=server]")
        await docs.until("document.querySelector('#operations-server-health') "
                         "!== null", "a tag opens")
        await docs.click("#operations-server-health .opblock-summary-control")
        await docs.until("document.querySelector('.try-out__btn') !== null",
                         "and an operation")
        await docs.click(".try-out__btn")
        await docs.until("document.querySelector('.execute') !== null",
                         "which may be tried")
        await docs.click(".execute")
        await docs.until(says(".live-responses-table", "healthy"),
                         "and answers")
        await docs.shot("docs-tried")
        await log_in(docs)
        redoc = await browser.person(height=900)
        await shows(redoc, "/redoc", "Natterjack - ReDoc",
                    says("#ui h1", "Natterjack") + " && " +
                    says("#ui", "Register an account"))
        back = await browser.person()
        await back.open(URL + "/docs/oauth2-redirect")
        await back.until("document.title === 'Swagger UI: OAuth2 Redirect'",
                         "/docs/oauth2-redirect is there")


async def empty():
    async with Browser() as browser:
        page = await browser.person()
        for path, name in (("/docs", "Swagger UI"), ("/redoc", "ReDoc")):
            await page.open(URL + path)
            await page.until(says("#missing:not([hidden])", name + " is not "
                                  "installed"), "%s says what is missing"
                             % path)
            nj.ok(await page.run(says("#missing", "make docs")),
                  "%s says what to do" % path)
            await page.shot(path.strip("/") + "-empty")


nj.main({"whole": whole, "empty": empty}[sys.argv.pop(1)])
