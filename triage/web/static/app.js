// What a page does by itself: tickets open beside the list, what was done and what failed is said,
// and the time that is left goes on.
export const at = (selector, within = document) => within.querySelector(selector)
export const all = (selector, within = document) => [...within.querySelectorAll(selector)]
export const names = (one, typed) => one.textContent.toLowerCase().includes(typed.toLowerCase())
document.documentElement.classList.add("scripted")
const desk = at("#desk"), words = JSON.parse(desk.dataset.words)
const wide = matchMedia("(min-width: 1100px)")
let place = location.search
// A machine's own clock may be wrong.
const behind = Date.parse(desk.dataset.now) - Date.now()

/** Say in `#said` what failed; "" takes it away. */
export function say(text) {
  at("#said").textContent = text
}

/** How late it is at the desk. */
export const now = () => Date.now() + behind

/** Say what was done. `undo` is a path that takes it back, by POST; on the next page, too. */
export function toast(told) {
  const [one, clock, button] = ["div", "b", "button"].map((name) => document.createElement(name))
  const left = () => Math.ceil((told.until - Date.now()) / 1e3), whole = (told.seconds ?? 10) * 1e3
  const end = () => {
    clearInterval(going)
    if (one.isConnected) delete sessionStorage.toast
    one.remove()
  }
  told.until ??= Date.now() + whole
  told.last ??= told.until + 28e4
  one.className = "toast"
  one.append(told.text)
  clock.role = "timer"
  button.append(at("#toasts").dataset.undo)
  button.dataset.does = "undo"
  button.onclick = () => {
    end()
    told.does ? told.does() : post(told.undo, told.mail)
  }
  if (told.does || told.undo) one.append(clock, button)
  at("#toasts").replaceChildren(one)
  const step = () => {
    // Whoever is about to press has time, a few minutes at most; a mail is asked to wait so long.
    if (left() < 6 && Date.now() < told.last && one.matches(":hover, :focus-within")) {
      if (told.mail) post(told.undo.replace("take-back", "hold"), told.mail)
      told.until = Date.now() + whole
    }
    if (left() < 1 || !one.isConnected) return end()
    clock.textContent = left()
    sessionStorage.toast = JSON.stringify(told)
  }
  const going = setInterval(step, 1e3)
  step()
}

/** Do something; what is done to the ticket that is open is done as it was seen, and shown. */
export function post(path, mail = "") {
  const thread = at("#thread"), here = thread && path.includes(`/${thread.dataset.ticket}/`)
  const shown = here ? { target: "#thread", swap: "outerHTML" } : { swap: "none" }
  return htmx.ajax("POST", path, { ...shown, values: { revision: thread?.dataset.revision ?? "", mail } })
}

/** Show a row's ticket beside the list, and put it into the address. */
async function open(link) {
  const { id } = link.parentElement, here = new URL(location)
  here.searchParams.set("open", id)
  history.pushState({}, "", here)
  place = here.search
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
  let soon = 0
  for (const clock of all("[data-due]")) {
    const left = Date.parse(clock.dataset.due) - now(), minutes = Math.floor(Math.abs(left) / 6e4)
    const tone = left < 0 ? "late" : Date.parse(clock.dataset.warn) <= now() ? "soon" : "fine"
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

addEventListener("click", (event) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false
  const link = event.target.closest("a.row")
  if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  // By a key: whoever opened it so reads on from its subject.
  const pressed = event.detail === 0
  open(link).then(() => pressed && at("#subject")?.focus())
})
addEventListener("popstate", () => location.search === place || location.reload())
// What is done to many is done to those that are ticked; afterwards none is.
addEventListener("change", () => {
  const count = at("#bulk output")
  if (count) count.value = count.dataset.say.replace("%s", all(".pick:checked").length)
})
addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!detail.successful || !target.closest("#bulk")) return
  for (const box of all(".pick:checked")) box.checked = false
  for (const menu of all("#bulk details")) menu.open = false
})
addEventListener("toast", ({ detail: { text, undo } }) => toast({ text, undo }))
addEventListener("htmx:beforeRequest", () => say(""))
addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText.trim()))
addEventListener("htmx:sendError", () => say(at("#said").dataset.lost))
addEventListener("htmx:afterSwap", (event) => {
  tick()
  if (event.target.id === "thread" && document.activeElement === document.body) at("#subject")?.focus()
})
current(at("#thread")?.dataset.ticket)
tick()
setInterval(tick, 30000)
if (sessionStorage.toast) toast(JSON.parse(sessionStorage.toast))
