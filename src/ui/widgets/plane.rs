//! A plane that can be dragged on: lines in a stretched drawing, round handles over it that are not stretched, and the
//! ends of both axes around it. Whatever is dragged also has a slider somewhere, which the keys move.

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

/// What part of the plane is seen: the ends of both axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Left and right.
    pub x: (f64, f64),
    /// Bottom and top.
    pub y: (f64, f64),
}

/// What a finger or a mouse does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It is put down here.
    Down,
    /// It has moved to here.
    Move,
}

/// Steps of a drawn curve.
const STEPS: u32 = 96;

impl Plane {
    /// Where a point lies, in percent from the left and from the top.
    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let share = |value: f64, (from, to): (f64, f64)| (value - from) / (to - from) * 100.0;
        (share(x, self.x), 100.0 - share(y, self.y))
    }

    /// The point at these shares of the width, from the left, and of the height, from the top.
    fn point(&self, across: f64, down: f64) -> (f64, f64) {
        let value = |share: f64, (from, to): (f64, f64)| from + share.clamp(0.0, 1.0) * (to - from);
        (value(across, self.x), value(1.0 - down, self.y))
    }

    /// The drawing's path through these points.
    pub fn path(&self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for point in points {
            let (x, y) = self.place(point);
            path += &format!("{}{x:.2} {y:.2}", if path.is_empty() { 'M' } else { 'L' });
        }
        path
    }

    /// The drawing's path along this function, from the left to the right.
    pub fn curve(&self, of: impl Fn(f64) -> f64) -> String {
        let (from, to) = self.x;
        let at = |step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
        self.path((0..=STEPS).map(|step| (at(step), of(at(step)))))
    }

    /// A round handle at this point.
    pub fn handle(
        self,
        class: &'static str,
        letter: &'static str,
        at: impl Fn() -> (f64, f64) + Send + Sync + Copy + 'static,
    ) -> AnyView {
        let percent = |share: f64| format!("{:.2}%", share.clamp(0.0, 100.0));
        view! {
            <i
                class=class
                style:left=move || percent(self.place(at()).0)
                style:top=move || percent(self.place(at()).1)
            >
                {letter}
            </i>
        }
        .into_any()
    }

    /// The plane with these lines and handles; `words` say what is to be seen, `ends` what stands at the top, the bottom,
    /// the left and the right.
    pub fn view(
        self,
        words: Signal<String>,
        ends: [&'static str; 4],
        lines: AnyView,
        handles: AnyView,
        on_drag: Callback<(Touch, (f64, f64))>,
    ) -> AnyView {
        let place = NodeRef::<html::Div>::new();
        let tell = move |touch: Touch, event: &PointerEvent| {
            let Some(element) = place.get_untracked() else { return };
            let frame = element.get_bounding_client_rect();
            let across = (f64::from(event.client_x()) - frame.left()) / frame.width();
            let down = (f64::from(event.client_y()) - frame.top()) / frame.height();
            on_drag.run((touch, self.point(across, down)));
        };
        let on_down = move |event: PointerEvent| {
            if let Some(element) = place.get_untracked() {
                // Without it, dragging ends at the plane's edge.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            tell(Touch::Down, &event);
        };
        let on_move = move |event: PointerEvent| {
            if event.buttons() & 1 == 1 {
                tell(Touch::Move, &event);
            }
        };
        let [top, bottom, left, right] = ends;
        view! {
            <div class="plot plane">
                <div class="plot-y" aria-hidden="true">
                    <span>{top}</span>
                    <span>{bottom}</span>
                </div>
                <div class="plane-ground" node_ref=place on:pointerdown=on_down on:pointermove=on_move>
                    <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=move || words.get()>
                        {lines}
                    </svg>
                    {handles}
                </div>
                <div class="plot-x" aria-hidden="true">
                    <span>{left}</span>
                    <span>{right}</span>
                </div>
            </div>
        }
        .into_any()
    }
}

/// One of a plane's lines.
pub fn line(class: &'static str, path: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    view! { <path class=class d=path /> }.into_any()
}

/// Names of lines, each with its class.
pub fn legend(lines: &[(&'static str, &'static str)]) -> AnyView {
    let keys = lines.iter().map(|(class, name)| {
        view! {
            <span class="legend-key">
                <i class=*class></i>
                {*name}
            </span>
        }
    });
    view! { <p class="legend">{keys.collect_view()}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANE: Plane = Plane { x: (-2.0, 2.0), y: (0.0, 10.0) };

    #[test]
    fn a_point_lies_where_it_is_dragged_from() {
        assert_eq!(PLANE.place((-2.0, 0.0)), (0.0, 100.0));
        assert_eq!(PLANE.place((1.0, 10.0)), (75.0, 0.0));
        assert_eq!(PLANE.point(0.75, 0.0), (1.0, 10.0));
        assert_eq!(PLANE.point(-3.0, 9.0), (-2.0, 0.0), "beyond the edge is at the edge");
    }

    #[test]
    fn a_curve_goes_from_edge_to_edge() {
        let path = PLANE.curve(|x| x + 2.0);
        assert!(path.starts_with("M0.00 100.00L") && path.ends_with("L100.00 60.00"), "{path}");
    }
}
