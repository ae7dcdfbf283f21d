// The form.
import { all, at, say } from "./app.js"

const path = (form, last) => form.getAttribute("action").replace(/[^/]*$/, last)
const kept = (form) => path(form, form.dataset.form)
const words = () => at("#composer").dataset
const failed = (error) => say(error instanceof TypeError ? at("#said").dataset.lost : error.message)

async function ask(form, url, body, more) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...more })
  const told = await answer.json()
  if (told.error) throw Error(told.error)
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
async function save(form, more) {
  if (!form.timer) return
  stop(form)
  const data = new FormData(form)
  data.delete("file")
  try {
    await ask(form, path(form, "draft"), data, more)
    localStorage.removeItem(kept(form))
  } catch {
    localStorage.setItem(kept(form), data.get("text"))
    at(".saved", form).textContent = words().unsaved
    form.timer = setTimeout(save, 9000, form)
  }
}
function touched(form) {
  stop(form)
  form.timer = setTimeout(save, form.dataset.began ? 2000 : 200, form)
  form.dataset.began = 1
  mirror(form)
}
function thread(form) {
  const target = "#thread", select = target
  if (at(target)) htmx.ajax("GET", path(form, "").slice(0, -1), { target, select, swap: "outerHTML" })
}

function take(form, files) {
  for (const file of files) {
    if (file.size > words().room) return say(words().large.replace("%", file.name))
    const bar = document.createElement("progress")
    at(".files", form).after(bar)
    touched(form)
    ask(form, path(form, `attachment?form=${form.dataset.form}&name=${encodeURIComponent(file.name)}`), file)
      .catch(failed).then(() => bar.remove())
  }
}

// Time stands still while somebody is at it.
function undoable(form, { mail, seconds, text }) {
  const toast = document.createElement("div")
  const send = (last) => ask(form, path(form, last), new URLSearchParams({ mail, form: form.dataset.form }))
  let left = seconds
  toast.className = "toast"
  toast.innerHTML = text
  at("#toasts").replaceChildren(toast)
  const clock = setInterval(() => {
    if (!toast.matches(":hover, :focus-within")) left--
    else if (left < 6) send("hold").then(() => (left = seconds), () => (left = 0))
    at("b", toast).textContent = left
    left > 0 || end()
  }, 1000)
  const end = () => (clearInterval(clock), toast.remove(), thread(form))
  at("button", toast).onclick = () => send("take-back").then(() => (form.dataset.began = 1), failed).then(end)
}

const on = (names, does) => names.split(" ").forEach((name) => addEventListener(name, (event) => {
  const form = event.target.closest?.(".writing")
  if (form) does(event, form, event.target)
}, true))

on("submit", async (event, form) => {
  const key = event.submitter, data = new FormData(form, key)
  event.preventDefault()
  stop(form)
  try {
    const told = await ask(form, key.getAttribute("formaction") || form.getAttribute("action"), data)
    say("")
    if (told.rests) {
      stop(form)
      delete form.dataset.began
      localStorage.removeItem(kept(form))
      document.activeElement.blur()
      thread(form)
    }
    if (told.go) location = told.go
    if (told.mail) undoable(form, told)
    at(".held a", form)?.focus()
  } catch (error) {
    failed(error)
    touched(form)
  }
})
on("input", (event, form, field) => {
  if (field.type === "file") take(form, field.files), (field.value = "")
  else if (field.type !== "search") touched(form)
  else for (const li of all("li", field.parentNode)) li.hidden = !li.textContent.toLowerCase().includes(field.value.toLowerCase())
})
on("paste dragover drop", (event, form) => {
  const { types, files } = event.clipboardData || event.dataTransfer
  if (!at(".files", form) || !types.includes("Files") || types.includes("text/plain")) return
  event.preventDefault()
  take(form, files)
})
on("keydown", (event, form, field) => {
  const press = (selector) => (event.preventDefault(), at(selector, form)?.click(), at("[open] input", form)?.focus())
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press(event.shiftKey ? ".owing button" : ".send .main")
  if (event.key === ";" && field.name === "text" && /(^|\n)$/.test(field.value.slice(0, field.selectionStart))) press(".macros summary")
})
on("click", async (event, form, button) => {
  const { add, macro, edit } = button.dataset, { text, to, cc } = form.elements
  if (add) {
    const field = to.value ? cc : to
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
addEventListener("click", ({ target, detail, isTrusted }) => {
  if (target.name !== "writes" || (!detail && isTrusted)) return
  const text = at(`#${target.value}-text`), gap = text.value.indexOf("\n\n\n") + 2
  target.focus()
  write(text, gap, gap)
})
addEventListener("visibilitychange", () => all(".writing").map((form) => save(form, { keepalive: true })))

function arrive() {
  for (const form of all(".writing:not([data-ready])")) {
    const only = localStorage.getItem(kept(form))
    form.dataset.ready = 1
    mirror(form)
    if (only) form.elements.text.value = only, touched(form)
  }
}
addEventListener("htmx:load", arrive)
arrive()
