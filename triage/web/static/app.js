// What a page does by itself: tickets open beside the list, what was done and what failed is said,
// and the time that is left goes on.
export const at = (selector, within = document) => within.querySelector(selector)
export const all = (selector, within = document) => [...within.querySelectorAll(selector)]
document.documentElement.classList.add("scripted")
const desk = at("#desk"), words = JSON.parse(desk.dataset.words)
const wide = matchMedia("(min-width: 1100px)")
const behind = Date.parse(desk.dataset.now) - Date.now() // a machine's own clock may be wrong

/** Say in `#said` what failed; "" takes it away. */
export function say(text) {
  at("#said").textContent = text
}

/** Say what was done; `undo` is a path that takes it back, by POST. */
export function toast(text, undo) {
  const one = document.createElement("div"), button = document.createElement("button")
  one.className = "toast"
  one.append(text)
  button.append(at("#toasts").dataset.undo)
  button.dataset.does = "undo"
  button.onclick = () => {
    one.remove()
    post(undo)
  }
  if (undo) one.append(button)
  at("#toasts").replaceChildren(one)
  let left = 10 // seconds; they stand still while somebody is about to press
  const going = setInterval(() => {
    if (!one.matches(":hover, :focus-within") && !--left) one.remove()
    if (!one.isConnected) clearInterval(going)
  }, 1000)
}

/** Do something; what is done to the ticket that is open is done as it was seen, and shown. */
export function post(path) {
  const thread = at("#thread"), here = thread && path.includes(`/${thread.dataset.ticket}/`)
  const shown = { target: "#thread", swap: "outerHTML", values: { revision: thread?.dataset.revision } }
  return htmx.ajax("POST", path, here ? shown : { swap: "none" })
}

/** Show a row's ticket beside the list, and put it into the address. */
async function open(link) {
  const { id } = link.parentElement, here = new URL(location)
  here.searchParams.set("open", id)
  history.pushState({}, "", here)
  current(id)
  await htmx.ajax("GET", link.getAttribute("href"), { target: "#pane", swap: "innerHTML" })
  at("#main").classList.add("opened")
  at("#pane").scrollTop = 0
}

/** Mark the row of the ticket that is open. */
export function current(id) {
  for (const row of all(".row")) row.ariaCurrent = row.parentElement.id === id ? "true" : null
}

function span(minutes) {
  const hours = Math.floor(minutes / 60), rest = minutes % 60
  return words[hours ? (rest ? "hm" : "h") : "m"].replace("%h", hours).replace("%m", rest)
}

/** Let the time go on; what presses is said, once. */
export function tick() {
  const now = Date.now() + behind
  let soon = 0
  for (const clock of all("[data-due]")) {
    const left = Date.parse(clock.dataset.due) - now, minutes = Math.floor(Math.abs(left) / 6e4)
    const tone = left < 0 ? "late" : Date.parse(clock.dataset.warn) <= now ? "soon" : "fine"
    const row = clock.closest("li"), toned = clock.closest(".row, .ticket-head").classList
    toned.remove("late", "soon", "fine")
    toned.add(tone)
    at("i", clock).textContent = { late: "▲", soon: "◆", fine: "●" }[tone]
    // Whole days stand as the server wrote them.
    if (minutes < 1440) clock.lastChild.data = ` ${left < 0 ? words.late.replace("%s", span(minutes)) : span(minutes)}`
    if (!row || left < 0 || minutes > 9) continue
    soon++
    if (minutes < 5 && row.matches("[data-mine]:not([data-told])")) {
      const told = at("#mine-soon")
      row.dataset.told = ""
      told.textContent = told.dataset.say.replace("%s", at(".who", row).textContent)
    }
  }
  const status = at("#status")
  if (!status) return
  const text = soon ? status.dataset[soon > 1 ? "many" : "one"].replace("%s", soon) : ""
  if (status.textContent !== text) status.textContent = text
}

document.addEventListener("click", (event) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false
  const link = event.target.closest("a.row")
  if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  const pressed = event.detail === 0 // by a key: whoever opened it so reads on from its subject
  open(link).then(() => pressed && at("#subject")?.focus())
})
addEventListener("popstate", () => location.reload())
// What is done to many is done to those that are ticked; afterwards none is.
document.addEventListener("change", () => {
  const count = at("#bulk output")
  if (count) count.value = count.dataset.say.replace("%s", all(".pick:checked").length)
})
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!detail.successful || !target.closest("#bulk")) return
  for (const box of all(".pick:checked")) box.checked = false
  for (const menu of all("#bulk details")) menu.open = false
})
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.undo))
document.addEventListener("htmx:beforeRequest", () => say(""))
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText.trim()))
document.addEventListener("htmx:sendError", () => say(at("#said").dataset.lost))
document.addEventListener("htmx:afterSwap", (event) => {
  tick()
  if (event.target.id === "thread" && document.activeElement === document.body) at("#subject")?.focus()
})
current(at("#thread")?.dataset.ticket)
tick()
setInterval(tick, 30000)
