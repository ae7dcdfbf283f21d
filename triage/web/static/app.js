// What a page does by itself: tickets open beside the list, what was done and what failed is said.
const at = (selector, within = document) => within.querySelector(selector)
const wide = matchMedia("(min-width: 1100px)")

/** Say in `#said` what failed; "" takes it away. */
export function say(text) {
  at("#said").textContent = text
}

/** Say what was done; `undo` is a path that takes it back, by POST. */
export function toast(text, undo) {
  const one = document.createElement("div")
  one.className = "toast"
  one.append(text)
  if (undo) {
    const button = document.createElement("button")
    button.textContent = at("#toasts").dataset.undo
    button.dataset.does = "undo"
    button.onclick = () => {
      one.remove()
      post(undo)
    }
    one.append(button)
  }
  at("#toasts").replaceChildren(one)
  setTimeout(() => one.remove(), 10000)
}

/** Do something to the ticket that is open, as it was seen, and show it as it is then. */
export function post(path, values = {}) {
  const thread = at("#thread"), there = thread && path.includes(`/${thread.dataset.ticket}/`)
  const revision = there ? { revision: thread.dataset.revision } : {}
  const swap = there ? { target: "#thread", swap: "outerHTML" } : { swap: "none" }
  return htmx.ajax("POST", path, { ...swap, values: { ...revision, ...values } })
}

/** Show a ticket beside the list; `push` puts it into the address too. */
export async function open(link, push = true) {
  const li = link.closest("li"), here = new URL(location)
  here.searchParams.set("open", li.id)
  if (push) history.pushState({ open: li.id }, "", here)
  current(li.id)
  await htmx.ajax("GET", link.getAttribute("href"), { target: "#pane", swap: "innerHTML" })
  at("#main").classList.add("opened")
}

function current(id) {
  for (const row of document.querySelectorAll(".row")) {
    if (row.parentElement.id === id) row.setAttribute("aria-current", "true")
    else row.removeAttribute("aria-current")
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.row")
  if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  open(link)
})
addEventListener("popstate", () => {
  const asked = new URL(location).searchParams.get("open"), row = asked && document.getElementById(asked)
  if (row && wide.matches) open(at(".row", row), false)
  else location.reload()
})
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.undo))
document.addEventListener("htmx:beforeRequest", () => say(""))
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText.trim()))
document.addEventListener("htmx:sendError", () => say(at("#said").dataset.lost))
current(at("#thread")?.dataset.ticket)
