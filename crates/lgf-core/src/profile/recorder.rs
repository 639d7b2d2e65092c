//! What was recorded: every span as it happened, up to a number of them, and sums by place.
use std::time::Instant;

/// Spans that are kept one by one where nothing else is said; what comes after them is in the sums alone. 10 MiB.
pub const MOST_EVENTS: usize = 1 << 18;
/// Places (names within names) and nesting beyond which spans count as part of the span around them.
const MOST_PLACES: usize = 1 << 12;
const MOST_DEPTH: usize = 64;
/// Where there is no place: the parent of outermost ones, the end of a list.
const NONE: u32 = u32::MAX;

/// One place: a name within names.
#[derive(Debug, Clone)]
struct Place {
    name: &'static str,
    parent: u32,
    depth: u32,
    /// The first place within this one and the next one beside it.
    first: u32,
    next: u32,
    calls: u64,
    nanos: u64,
    /// Of these, those of spans within.
    within: u64,
    bytes: u64,
    flops: u64,
}

/// A span that has not ended.
#[derive(Debug, Clone, Copy)]
struct Open {
    place: u32,
    /// Index of its event; [`NONE`] where no more are kept.
    event: u32,
    begin: u64,
    bytes: u64,
    flops: u64,
}

#[derive(Debug, Clone, Copy)]
struct Stored {
    place: u32,
    begin: u64,
    end: u64,
    bytes: u64,
    flops: u64,
}

/// One span as it happened; times in nanoseconds since the recorder was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Index of its row in [`Recorder::table`].
    pub row: usize,
    /// When it began.
    pub begin: u64,
    /// When it ended, never before it began.
    pub end: u64,
    /// Bytes that it counted itself.
    pub bytes: u64,
    /// Operations that it counted itself.
    pub flops: u64,
}

/// All spans of one name at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name.
    pub name: &'static str,
    /// Index of the row of the spans around it; it stands before this one.
    pub parent: Option<usize>,
    /// How many names it is within.
    pub depth: usize,
    /// How many spans.
    pub calls: u64,
    /// Seconds from their beginnings to their ends.
    pub seconds: f64,
    /// Of these, those outside of spans within.
    pub self_seconds: f64,
    /// Bytes that they counted themselves: not those of spans within. 0 where nothing was counted.
    pub bytes: u64,
    /// The same for operations.
    pub flops: u64,
}

/// Records the spans of a run; see [`crate::profile`].
#[derive(Debug, Clone)]
pub struct Recorder {
    origin: Instant,
    places: Vec<Place>,
    events: Vec<Stored>,
    most: usize,
    dropped: u64,
    open: Vec<Open>,
    /// End of the span that ended last.
    ended: u64,
    /// The first outermost place.
    first: u32,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::with_events(MOST_EVENTS)
    }
}

impl Recorder {
    /// A recorder whose clock starts now.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, which keeps at most so many spans one by one.
    pub fn with_events(most: usize) -> Self {
        Self {
            origin: Instant::now(),
            places: Vec::new(),
            events: Vec::new(),
            most: most.min(NONE as usize),
            dropped: 0,
            open: Vec::new(),
            ended: 0,
            first: NONE,
        }
    }

    /// Nanoseconds from the start of its clock to this instant; 0 for one before.
    pub fn nanos(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.origin);
        since.as_secs() * 1_000_000_000 + u64::from(since.subsec_nanos())
    }

    /// Adds a span that has ended, within those that are open, and spans within it: name, begin and end in nanoseconds. Nobody could keep a
    /// guard for them: the caller was elsewhere. Times are moved to where they can be, after what was recorded and within one another.
    pub fn add(&mut self, name: &'static str, [begin, end]: [u64; 2], parts: &[(&'static str, [u64; 2])]) {
        let mut least = self.open.last().map_or(0, |open| open.begin);
        least = least.max(self.ended);
        let begin = begin.max(least);
        let end = end.max(begin);
        let Some(depth) = self.open_at(name, begin) else { return };
        let mut from = begin;
        for &(name, [begin, until]) in parts {
            let begin = begin.clamp(from, end);
            from = until.clamp(begin, end);
            if let Some(depth) = self.open_at(name, begin) {
                self.close_at(depth, from);
            }
        }
        self.close_at(depth, end);
    }

    /// Sums by place: every row behind the one it is within, those within one in the order in which they were first entered.
    pub fn table(&self) -> Vec<Row> {
        let order = self.order();
        let mut rows: Vec<Row> = Vec::with_capacity(order.len());
        let mut row_of = vec![0; self.places.len()];
        for (row, &at) in order.iter().enumerate() {
            row_of[at] = row;
            let place = &self.places[at];
            rows.push(Row {
                name: place.name,
                parent: self.places.get(place.parent as usize).map(|_| row_of[place.parent as usize]),
                depth: place.depth as usize,
                calls: place.calls,
                seconds: place.nanos as f64 * 1e-9,
                self_seconds: place.nanos.saturating_sub(place.within) as f64 * 1e-9,
                bytes: place.bytes,
                flops: place.flops,
            });
        }
        rows
    }

    /// The spans that were kept one by one, in the order in which they began. Of two the later one is within the earlier one or behind it.
    pub fn events(&self) -> Vec<Event> {
        let mut row_of = vec![0; self.places.len()];
        for (row, at) in self.order().into_iter().enumerate() {
            row_of[at] = row;
        }
        let event = |stored: &Stored| Event {
            row: row_of[stored.place as usize],
            begin: stored.begin,
            end: stored.end,
            bytes: stored.bytes,
            flops: stored.flops,
        };
        self.events.iter().map(event).collect()
    }

    /// Spans that are in the sums alone, because so many were kept already.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn open(&mut self, name: &'static str) -> Option<u32> {
        let depth = self.open_at(name, 0)?;
        // The clock is read last: what recording costs belongs to the span around.
        let begin = self.nanos(Instant::now());
        if let Some(open) = self.open.last_mut() {
            open.begin = begin;
            if let Some(event) = self.events.get_mut(open.event as usize) {
                (event.begin, event.end) = (begin, begin);
            }
        }
        Some(depth)
    }

    /// Ends the span of this depth and those within it that nobody ended.
    pub(crate) fn close(&mut self, depth: u32) {
        if (depth as usize) < self.open.len() {
            let end = self.nanos(Instant::now());
            self.close_at(depth, end);
        }
    }

    pub(super) fn count(&mut self, depth: u32, bytes: u64, flops: u64) {
        if let Some(open) = self.open.get_mut(depth as usize) {
            open.bytes = open.bytes.saturating_add(bytes);
            open.flops = open.flops.saturating_add(flops);
        }
    }

    fn open_at(&mut self, name: &'static str, begin: u64) -> Option<u32> {
        let depth = self.open.len();
        if depth >= MOST_DEPTH {
            return None;
        }
        let place = self.place(name, depth)?;
        let event = if self.events.len() < self.most {
            self.events.push(Stored {
                place,
                begin,
                end: begin,
                bytes: 0,
                flops: 0,
            });
            (self.events.len() - 1) as u32
        } else {
            self.dropped += 1;
            NONE
        };
        self.open.push(Open {
            place,
            event,
            begin,
            bytes: 0,
            flops: 0,
        });
        Some(depth as u32)
    }

    fn close_at(&mut self, depth: u32, end: u64) {
        self.ended = end;
        while self.open.len() > depth as usize {
            let Some(open) = self.open.pop() else { return };
            let nanos = end.saturating_sub(open.begin);
            let place = &mut self.places[open.place as usize];
            place.calls += 1;
            place.nanos += nanos;
            place.bytes = place.bytes.saturating_add(open.bytes);
            place.flops = place.flops.saturating_add(open.flops);
            let parent = place.parent as usize;
            if let Some(parent) = self.places.get_mut(parent) {
                parent.within += nanos;
            }
            if let Some(event) = self.events.get_mut(open.event as usize) {
                (event.end, event.bytes, event.flops) = (end.max(open.begin), open.bytes, open.flops);
            }
        }
    }

    /// The place of this name within the open span.
    fn place(&mut self, name: &'static str, depth: usize) -> Option<u32> {
        let parent = self.open.last().map_or(NONE, |open| open.place);
        let mut at = self.places.get(parent as usize).map_or(self.first, |place| place.first);
        let mut last = NONE;
        while let Some(place) = self.places.get(at as usize) {
            // The same text may stand at two addresses, and rarely does.
            if std::ptr::eq(place.name, name) || place.name == name {
                return Some(at);
            }
            (last, at) = (at, place.next);
        }
        let new = self.places.len();
        if new >= MOST_PLACES {
            return None;
        }
        self.places.push(Place {
            name,
            parent,
            depth: depth as u32,
            first: NONE,
            next: NONE,
            calls: 0,
            nanos: 0,
            within: 0,
            bytes: 0,
            flops: 0,
        });
        let new = new as u32;
        match (self.places.get_mut(last as usize), last, parent) {
            (Some(before), ..) => before.next = new,
            (None, _, NONE) => self.first = new,
            (None, ..) => self.places[parent as usize].first = new,
        }
        Some(new)
    }

    /// Indices of all places, each before those within it.
    fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.places.len());
        let mut ahead = vec![self.first];
        while let Some(at) = ahead.pop() {
            let Some(place) = self.places.get(at as usize) else { continue };
            order.push(at as usize);
            ahead.push(place.next);
            ahead.push(place.first);
        }
        order
    }
}
