// The form.
import { all, at, names, now, say, toast } from "./app.js"

const path = (form, last) => form.getAttribute("action").replace(/[^/]*$/, last)
const kept = (form) => form.elements.account.value + path(form, form.dataset.form)
const words = () => at("#composer").dataset
const why = (error) => (error.constructor === Error ? error.message : at("#said").dataset.lost)

async function ask(form, url, body, more) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...more })
  const told = await answer.json()
  if (!answer.ok) throw Error(answer.status === 401 ? words().out : told.error ?? told.detail)
  for (const name in told.parts) at(name, form).innerHTML = told.parts[name]
  for (const name in told.values) form.elements[name].value = told.values[name]
  mirror(form)
  return told
}
// The same text behind the text lets it grow, and marks gaps.
function mirror(form) {
  const under = at(".mirror", form)
  under.textContent = form.elements.text.value + "\n "
  under.innerHTML = under.innerHTML.replace(/\{\{.*?\}\}/g, "<mark>$&</mark>")
}
const stop = (form) => (form.timer = clearTimeout(form.timer))
// What is typed lies in this browser, too, until the desk has it.
const fields = (form) => all("[name=seen], [id][name]", form)
const snap = (form) => Object.fromEntries(fields(form).map(({ name, value }) => [name, value]))
const forget = (form) => form.timer || delete localStorage[kept(form)]
function restore(form, was) {
  for (const field of fields(form)) field.value = was[field.name] ?? field.value
  at(`.tab.of-${form.dataset.form}`)?.click()
  touched(form)
}
async function save(form, more) {
  if (!form.timer) return
  stop(form)
  const data = new FormData(form)
  data.delete("file")
  try {
    await ask(form, path(form, "draft"), data, more)
    forget(form)
  } catch (error) {
    at(".saved", form).textContent = `${words().unsaved} ${why(error)}`
    form.timer ||= setTimeout(save, 9000, form)
  }
}
function touched(form) {
  stop(form)
  form.timer = setTimeout(save, form.dataset.began ? 2000 : 200, form)
  form.dataset.began = 1
  mirror(form)
  localStorage[kept(form)] = JSON.stringify({ at: now(), ...snap(form) })
}
function thread(form) {
  if (at("#thread")) htmx.ajax("GET", path(form, "").slice(0, -1), { target: "#thread", swap: "outerHTML", select: "#thread" })
}

function take(form, files) {
  for (const file of files) {
    if (file.size > words().room) return say(words().large.replace("%", file.name))
    const bar = document.createElement("progress")
    at(".files", form).after(bar)
    touched(form)
    ask(form, path(form, `attachment?${new URLSearchParams({ form: form.dataset.form, name: file.name })}`), file)
      .then(() => say(""), (error) => say(why(error))).then(() => bar.remove())
  }
}

const on = (name, does) => addEventListener(name, (event) => {
  const form = event.target.closest?.(".writing")
  if (form) does(event, form, event.target)
}, true)

on("submit", async (event, form) => {
  const key = event.submitter, data = new FormData(form, key), was = snap(form)
  const url = key.getAttribute("formaction") || form.getAttribute("action")
  event.preventDefault()
  if (at("progress", form)) return say(words().waits)
  stop(form)
  try {
    const told = await ask(form, url, data)
    say("")
    if (told.rests) {
      stop(form)
      delete form.dataset.began
      forget(form)
      document.activeElement.blur()
      thread(form)
    }
    if (url.endsWith("discard")) toast({ text: words().gone, does: () => restore(form, was) })
    if (told.undo) toast(told)
    if (told.go) location = told.go
    at(".held a", form)?.focus()
  } catch (error) {
    say(why(error))
    touched(form)
  }
})
on("input", (event, form, field) => {
  if (field.type === "file") take(form, field.files), (field.value = "")
  else if (field.type !== "search") touched(form)
  else for (const one of all("li", field.parentNode)) one.hidden = !names(one, field.value)
})
on("focusout", ({ relatedTarget }, form) => form.contains(relatedTarget) || save(form))
// A file goes with what is written, wherever on the page it is let go.
function come(event) {
  const { types, files } = event.clipboardData || event.dataTransfer
  if (!types.includes("Files") || types.includes("text/plain")) return
  const form = all(".writing:has(.files)").find((one) => one.checkVisibility())
  event.preventDefault()
  form?.classList.toggle("dropping", event.type === "dragover")
  if (form) take(form, files)
}
for (const name of ["paste", "dragover", "dragleave", "drop"]) addEventListener(name, come)
on("keydown", (event, form, field) => {
  if (event.isComposing) return
  const press = (selector) => (event.preventDefault(), at(selector, form)?.click(), at("[open] input", form)?.focus())
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press(event.shiftKey ? ".owing button" : ".send .main")
  if (event.key === "Enter" && field.type === "search") press("li:not([hidden]) button")
  if (event.key === "Escape") {
    const menu = at("details[open]", form)
    event.preventDefault()
    if (menu) menu.open = false
    else field.blur()
    ;(menu ? at("summary", menu) : at("#subject"))?.focus()
  }
  if (event.key === ";" && field.name === "text" && /(^|\n)$/.test(field.value.slice(0, field.selectionStart))) press(".macros summary")
})
on("click", async (event, form, button) => {
  const { add, macro, edit } = button.dataset, { text, to, cc } = form.elements
  if (add) {
    const field = (to.value && cc) || to
    field.value += (field.value && ", ") + add
    touched(form)
  }
  if (edit == null && !macro) return
  event.preventDefault()
  if (macro) {
    const told = await ask(form, path(form, `macro?name=${macro}`), null, { method: "GET" })
    if (text.value === form.dataset.fresh) text.value = told.text
    else text.setRangeText(told.body, text.selectionStart, text.selectionEnd, "end")
    button.closest("details").open = false
    touched(form)
  } else at(".held", form).remove()
  write(text, text.value.indexOf("{{"), text.value.indexOf("}}") + 2)
})
function write(text, from, to) {
  text.focus()
  if (from > 1) text.setSelectionRange(from, to)
}
addEventListener("click", (event) => {
  const { target, detail, isTrusted } = event
  if (target.hash === "#composer") event.preventDefault(), at(".tab").click()
  if (target.name !== "writes" || (!detail && isTrusted)) return
  const text = at(`#${target.value}-text`), gap = text.value.indexOf("\n\n\n") + 2, { to } = text.form
  target.focus()
  write(text, gap, gap)
  if (to?.value === "") to.focus()
})
addEventListener("visibilitychange", () => all(".writing").map((form) => save(form, { keepalive: true })))

function arrive() {
  for (const form of all(".writing:not([data-ready])")) {
    const was = JSON.parse(localStorage[kept(form)] ?? "{}")
    form.dataset.ready = 1
    mirror(form)
    if (was.at > form.dataset.at) restore(form, was)
    else forget(form)
  }
}
addEventListener("htmx:load", arrive)
arrive()
// One answer to many lies in this browser alone, until it is sent off.
for (const one of all("[data-kept]")) {
  const { kept } = one.dataset
  one.value ||= localStorage[kept] ?? ""
  one.oninput = () => (localStorage[kept] = one.value)
  if (one.name === "batch") delete localStorage[kept]
}
