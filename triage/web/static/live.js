// A change is shown at once in its row; a list moves only when nobody works in it.
import { all, at, current, tick } from "./app.js"

const live = at("#live"), list = at("#list"), held = at("#held"), rows = "#list > .rows > li"
const parts = "#list > :is(.lane, .rows, .empty)", notes = ".notes > .note", title = document.title
const orders = {}, around = {}, channel = new BroadcastChannel("triage")
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "narrow" })
let number = "", heard = Date.now(), busy = heard, looked = 0, beats = 0, waiting, fresh, answer, reading, was

const parsed = (html) => new DOMParser().parseFromString(html, "text/html")
const rowOf = (id) => document.getElementById(id)?.closest(rows)
const opened = () => at("#thread[data-revision]")?.dataset.ticket
const marked = (where) => !getSelection().isCollapsed && getSelection().containsNode(where, true)
const here = (id, doing) => fetch(`/ticket/${id}/presence`, { method: "POST", body: new URLSearchParams({ doing }) }).catch(() => 0)
function show(where, text) {
  where.hidden = !text
  if (where.textContent !== text) where.textContent = text
}

// A row stays the element that it is, with focus and tick.
function patch(row, by) {
  const link = at(".row", row), next = at(".row", by)
  row.dataset.revision = by.dataset.revision
  row.toggleAttribute("data-mine", "mine" in by.dataset)
  link.className = next.className
  link.replaceChildren(...next.childNodes)
  mark(row)
}
function mark(row) {
  const tag = document.createElement("span"), text = around[row.id]
  at(".presence", row)?.remove()
  tag.className = "tag presence"
  tag.append(text)
  if (text) at(".gist", row).before(tag, " ")
}

const soon = () => list && (waiting ||= setTimeout(look, Math.max(200, looked + (document.hidden ? 3e4 : 3e3) - Date.now())))
async function look() {
  const url = new URL(location)
  url.searchParams.delete("open")
  looked = Date.now()
  const page = await fetch(url).catch(() => 0)
  waiting = 0
  // Nobody is logged in any more.
  if (page.redirected) location.reload()
  else if (page.ok && list) hold(parsed(await page.text()))
}
function hold(page) {
  const [before, after] = [document, page].map((where) => all(`${rows}, #list > .lane`, where).map((one) => one.id))
  // The longest run in the same order need not move.
  const places = before.map((id) => after.indexOf(id)).filter((place) => place >= 0), runs = [0]
  for (const place of places) runs.push(1 + Math.max(...runs.filter((_, at) => !at || places[at - 1] < place)))
  const counts = { came: 0, moved: places.length - Math.max(...runs), gone: 0 }
  for (const row of all(rows, page)) rowOf(row.id) ? patch(rowOf(row.id), row.cloneNode(true)) : counts.came++
  for (const row of all(rows)) counts.gone += row.classList.toggle("gone", !after.includes(row.id))
  const told = Object.keys(counts).filter((what) => counts[what]).map((what) => live.dataset[what].replace("{n}", counts[what]))
  const noted = (where) => all(notes, where).map((one) => one.textContent).join()
  fresh = (told[0] || noted() !== noted(page)) && page
  show(held, told[0] ? `${told.join(", ")} – ${live.dataset.press}` : "")
}
function apply() {
  const focus = document.activeElement, own = focus.closest(rows), before = all(rows), old = all(parts)
  const stays = (row) => row && fresh.getElementById(row.id)
  const box = list.scrollHeight > list.clientHeight ? list : document.scrollingElement
  const anchor = stays(own) ? own : before.find((row) => stays(row) && row.getBoundingClientRect().bottom > 99)
  const y = anchor?.getBoundingClientRect().top
  for (const row of all(rows, fresh)) if (rowOf(row.id)) row.replaceWith(rowOf(row.id))
  old[0].before(...all(parts, fresh))
  for (const one of [...old, ...all(notes)]) one.remove()
  at(".notes").prepend(...all(notes, fresh))
  fresh = 0
  show(held, "")
  if (anchor) box.scrollTop += anchor.getBoundingClientRect().top - y
  const now = all(rows)
  now.forEach(mark)
  const next = own?.isConnected ? focus : own && at(".row", now[Math.min(before.indexOf(own), now.length - 1)])
  next?.focus({ preventScroll: true })
  current(opened())
  tick()
}

// The open ticket is read anew, but not while somebody marks, writes or does something in it.
const taken = () => marked(at("#thread")) || at("#thread :is(input, select, textarea):focus, .htmx-request")
const again = () => (reading ||= setTimeout(read, 500))
async function read() {
  const id = opened()
  reading = 0
  if (!id) return
  if (taken()) return again()
  const page = await fetch(`/ticket/${id}`, { headers: { "HX-Request": "true" } }).catch(() => 0)
  const next = page.ok && at("#thread", parsed(await page.text())), now = at("#thread")
  if (!next || opened() !== id) return
  if (taken()) return again()
  const focus = document.activeElement, had = now.contains(focus), open = all("details", now)
  all("details", next).forEach((one, at) => (one.open = open[at]?.open))
  now.replaceWith(next)
  htmx.process(next)
  tick()
  if (had) (at(`[data-does="${focus.dataset.does}"]`, next) ?? at("#subject"))?.focus({ preventScroll: true })
}

const acts = {
  reset: () => (soon(), again()),
  hello: () => channel.postMessage(["presence", around]),
  rows(told) {
    for (const one of told.rows) {
      if (rowOf(one.id)) patch(rowOf(one.id), at("li", parsed(one.html)))
      if (orders[one.id] !== one.order) soon()
      orders[one.id] = one.order
      if (one.id !== opened()) continue
      again()
      if (one.answered) answer = { id: one.id, text: one.answered, at: Date.now() - one.ago * 1e3 }
    }
    for (const id of told.gone) rowOf(id)?.classList.add("gone"), soon()
  },
  rail({ queues, waiting, late }) {
    for (const link of all(".rail [data-queue]")) {
      at(".counts", link)?.remove()
      link.insertAdjacentHTML("beforeend", queues[link.dataset.queue] ?? "")
    }
    document.title = waiting ? `(${waiting}${late ? ` ▲${late}` : ""}) ${title}` : title
  },
  presence(told) {
    Object.assign(around, told)
    all(rows).forEach(mark)
  },
}
channel.onmessage = ({ data: [event, data, id] }) => {
  heard = Date.now()
  number = id || number
  acts[event]?.(data)
}
// One stream a browser: what its window hears is passed on.
function listen() {
  const source = new EventSource(`/events?after=${number}`)
  const hear = (...told) => {
    channel.onmessage({ data: told })
    channel.postMessage(told)
  }
  source.onopen = () => (source.onopen = () => hear("reset"))
  source.onerror = () => source.readyState > 1 && (setTimeout(listen, 5e3), look())
  for (const event of ["beat", ...Object.keys(acts)]) source.addEventListener(event, ({ data, lastEventId }) => hear(event, JSON.parse(data), lastEventId))
}
navigator.locks.request("triage-live", () => new Promise(listen))
channel.postMessage(["hello"])
for (const event of ["pointermove", "keydown", "wheel"]) addEventListener(event, () => (busy = Date.now()), { passive: true })
addEventListener("visibilitychange", soon)
held.onclick = apply
setInterval(soon, 6e4)
setInterval(() => {
  const id = opened(), now = Date.now(), seconds = Math.round((now - answer?.at) / 1e3)
  const works = () => list.matches(":is(:hover, :focus-within, :has(.pick:checked))") || marked(list) || now - busy < 1e4
  if (fresh && (document.hidden || !works())) apply()
  show(at("#lost"), now - heard > 3e4 ? live.dataset.lost : "")
  show(at("#meanwhile"), (id && answer?.id === id && seconds < 120 ? `${answer.text} ${ago.format(-seconds, "second")}` : around[id]) ?? "")
  if (was && was !== id) here(was, "left")
  if (id && !document.hidden && (was !== id || ++beats % 10 === 0)) here(id, "viewing")
  was = id
}, 1e3)
