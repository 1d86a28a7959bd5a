/// The scripts of a page: sorting, filtering, tooltips and, in a live view, polling for updates. The page is complete without them.
enum ReportScript {
    /// Attaches handlers to the table and the charts. Call `wire` again after inserting new content.
    static let script = """
        const tip = document.createElement('div');
        tip.id = 'tip'; tip.hidden = true; tip.setAttribute('aria-hidden', 'true');
        document.body.append(tip);
        const wire = () => {
          const table = document.getElementById('ranking');
          if (table) {
            const body = table.tBodies[0];
            const value = (row, i) => { const raw = row.cells[i].dataset.value; return raw === undefined ? row.cells[i].textContent : raw \
            === '' ? null : Number(raw); };
            table.tHead.querySelectorAll('button').forEach((button) => button.addEventListener('click', () => {
              const cell = button.closest('th'), i = cell.cellIndex;
              const down = cell.getAttribute('aria-sort') === 'ascending';
              table.tHead.querySelectorAll('th[aria-sort]').forEach((th) => th.setAttribute('aria-sort', 'none'));
              cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
              const rows = [...body.rows].sort((a, b) => {
                const x = value(a, i), y = value(b, i);
                if (x === null || y === null) return (x === null) - (y === null);
                const order = typeof x === 'number' ? x - y : x.localeCompare(y);
                return down ? -order : order;
              });
              body.append(...rows);
            }));
            const filter = document.getElementById('filter'), shown = document.getElementById('shown');
            filter.addEventListener('input', () => {
              const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
              let count = 0;
              for (const row of body.rows) {
                const text = row.dataset.text.toLowerCase();
                row.hidden = !words.every((word) => text.includes(word));
                count += !row.hidden;
              }
              shown.textContent = count + ' shown';
            });
          }
          const show = (point, x, y) => {
            tip.textContent = point.dataset.label; tip.hidden = false;
            tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 8)) + 'px';
            tip.style.top = Math.max(4, Math.min(y + 12, innerHeight - tip.offsetHeight - 8)) + 'px';
          };
          document.querySelectorAll('.point').forEach((point) => {
            // The element's own title would show a second tooltip.
            point.querySelector('title')?.remove();
            point.addEventListener('pointerenter', (event) => show(point, event.clientX, event.clientY));
            point.addEventListener('pointerleave', () => { tip.hidden = true; });
            point.addEventListener('focus', () => { const box = point.getBoundingClientRect(); show(point, box.right, box.bottom); });
            point.addEventListener('blur', () => { tip.hidden = true; });
          });
        };
        wire();
        """

    /// Polls the status every two seconds and reloads the rest of the page when the revision changes. Sorting, filter, opened rows and
    /// scroll positions are kept.
    static let live = """
        let shownRevision = document.getElementById('live').dataset.revision, fetched = Date.now();
        const refresh = async () => {
          const response = await fetch('/');
          if (!response.ok) throw new Error(await response.text());
          const page = new DOMParser().parseFromString(await response.text(), 'text/html');
          const words = document.getElementById('filter')?.value ?? '', sorted = document.querySelector('#ranking th[aria-sort$=ending]');
          const order = sorted && { column: sorted.cellIndex, down: sorted.getAttribute('aria-sort') === 'descending' };
          const open = new Set([...document.querySelectorAll('details[open]')].map((element) => element.closest('tr').dataset.text));
          const places = [...document.querySelectorAll('.scroll, .sheet')].map((element) => [element.scrollLeft, element.scrollTop]);
          const focused = document.activeElement?.id === 'filter';
          for (const name of ['header', 'main']) document.querySelector(name).replaceWith(page.querySelector(name));
          tip.hidden = true;
          wire();
          if (order) {
            const button = () => document.querySelector('#ranking thead tr').cells[order.column]?.querySelector('button');
            if (order.column > 0 || order.down) button()?.click();
            if (order.column > 0 && order.down) button()?.click();
          }
          const filter = document.getElementById('filter');
          if (filter && words) { filter.value = words; filter.dispatchEvent(new Event('input')); }
          if (filter && focused) filter.focus();
          document.querySelectorAll('#ranking tr').forEach((row) => { if (open.has(row.dataset.text)) \
          row.querySelector('details')?.setAttribute('open', ''); });
          document.querySelectorAll('.scroll, .sheet').forEach((element, i) => { if (places[i]) [element.scrollLeft, element.scrollTop] = \
          places[i]; });
          shownRevision = document.getElementById('live').dataset.revision; fetched = Date.now();
        };
        const look = async () => {
          try {
            const response = await fetch('/live');
            if (!response.ok) throw new Error(await response.text());
            document.getElementById('live').outerHTML = await response.text();
            if (document.getElementById('live').dataset.revision !== shownRevision && Date.now() - fetched > 5000) await refresh();
          } catch (error) {
            // fetch throws a TypeError when the server cannot be reached.
            document.querySelector('#live .state').textContent = error instanceof TypeError ? 'The server has stopped. This page shows \
            the last state it reported.' : error.message;
          } finally {
            setTimeout(look, 2000);
          }
        };
        setTimeout(look, 2000);
        """
}
