// Keys: each presses what bears its deed in `data-does`. Which there are stands in the help, which
// the server makes of its one registry; the palette offers the same by their names.
import { all, at, names } from "./app.js"

const help = at("#help"), palette = at("#palette"), asked = at("input", palette), found = at("#found")
const rows = all("[data-key]", help), runs = new Map(rows.map((row) => [row.dataset.key, row.dataset.runs]))
const kept = `keys ${help.dataset.account}`, on = at("#keys-on", help)
const links = () => all(".rows .row")
const here = () => at(":focus-within > .row") ?? at(".row[aria-current]")
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select"
let before = "", since = 0

on.checked = localStorage[kept] !== "off"
on.onchange = () => (localStorage[kept] = on.checked ? "on" : "off")

function step(by) {
  const list = links(), place = list.indexOf(here())
  const next = list[place < 0 ? 0 : place + by]
  next?.focus()
  next?.scrollIntoView({ block: "nearest" })
}
function pick(row, so) {
  const box = row && at(".pick", row.closest("li"))
  if (!box) return
  box.checked = so ?? !box.checked
  box.dispatchEvent(new Event("change", { bubbles: true }))
}
function more(by) {
  pick(here(), true)
  step(by)
  pick(here(), true)
}
function back() {
  const menu = at("details.menu[open]"), row = at(".row[aria-current]")
  if (menu) {
    menu.open = false
    return at("summary", menu).focus()
  }
  if (row?.checkVisibility()) return row.focus()
  press("back")
}
function pressable(does) {
  const found = all(`[data-does="${does}"]`).filter((one) => !one.closest("dialog"))
  const in_menu = (one) => one.closest("details.menu")?.checkVisibility()
  return found.findLast((one) => one.checkVisibility()) ?? found.find(in_menu)
}
function press(does) {
  const one = pressable(does)
  if (!one) return
  if (one.matches(FIELDS)) return one.focus()
  one.click()
  const menu = one.matches("summary") && one.parentElement
  if (menu?.open) at("input:not([type=hidden]), select, button", menu)?.focus()
}
const acts = {
  down: () => step(1),
  up: () => step(-1),
  open: () => here()?.click(),
  back,
  pick: () => pick(here()),
  "pick-down": () => more(1),
  "pick-up": () => more(-1),
  "pick-all": () => {
    const so = !!at(".pick:not(:checked)")
    for (const row of links()) pick(row, so)
  },
  help: () => help.showModal(),
  palette: () => {
    asked.value = ""
    offer()
    palette.showModal()
  },
}
const run = (does) => (acts[does] ?? (() => press(does)))()

const offered = () => all("li:not([hidden])", found)
const chosen = () => at("[aria-selected=true]", found)
function offer() {
  for (const one of found.children) {
    const { runs } = one.dataset
    one.hidden = !(acts[runs] ?? pressable(runs)) || !names(one, asked.value)
  }
  choose(offered()[0])
}
function choose(option) {
  for (const one of found.children) one.ariaSelected = one === option
  asked.setAttribute("aria-activedescendant", option?.id ?? "")
  option?.scrollIntoView({ block: "nearest" })
}
asked.oninput = offer
found.onclick = ({ target }) => {
  palette.close()
  run(target.closest("li").dataset.runs)
}
palette.onkeydown = (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key], list = offered()
  if (by === undefined) return
  if (by) choose(list[list.indexOf(chosen()) + by] ?? chosen())
  else chosen()?.click()
  event.preventDefault()
}

addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing || event.defaultPrevented || at("dialog[open]")) return
  const field = event.target.closest(FIELDS)
  const held = event.ctrlKey || event.metaKey
  const key = held ? `Ctrl+${event.key}` : event.key, by = { ArrowDown: 1, ArrowUp: -1 }[key]
  if (by && event.target.matches(".row")) return event.preventDefault(), step(by)
  if (!held && (!on.checked || (field && !(key === "Escape" && field.closest("details.menu"))))) return
  if (key === "Enter" && event.target !== document.body) return
  const both = `${event.timeStamp - since < 1500 ? before : ""} ${key}`.trim()
  const does = runs.get(both) ?? runs.get(key)
  before = held ? "" : key
  since = event.timeStamp
  if (!does || (held && does !== "palette")) return
  event.preventDefault()
  before = ""
  run(does)
})
for (const name of ["help", "palette"]) for (const one of all(`[data-does=${name}]`)) one.onclick = acts[name]

// A list is one stop for Tab; its rows are reached by j and k, or by the arrows.
function rove(row) {
  for (const one of links()) one.tabIndex = one === row ? 0 : -1
}
addEventListener("focusin", ({ target }) => target.matches(".rows .row") && rove(target))
rove(here() ?? links()[0])
document.getElementById(location.hash.slice(1))?.querySelector(".row")?.focus()
