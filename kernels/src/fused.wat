;; `tile::multiply` with fused multiply-add, for browsers that have relaxed SIMD.
;;
;; A module of its own, so that the worker around it opens everywhere; it works in that worker's memory. It is written
;; by hand because the order of its instructions is what makes it fast: eight sums, a panel's two vectors and one
;; number of a row are eleven of the sixteen vector registers of x86-64, and a compiler that loads more of them ahead
;; spills sums to memory, which halves the speed.
(module
  (import "worker" "memory" (memory 0))

  ;; For each of `groups` (at least one): sums [4, 8] = Σ rows [4] ⊗ panel [8] over `depth` (at least one). All but the
  ;; two counts are addresses.
  (func (export "multiply")
    (param $rows i32) (param $panel i32) (param $depth i32) (param $groups i32) (param $sums i32)
    (local $at i32) (local $end i32)
    (local $left v128) (local $right v128) (local $x v128)
    (local $a-left v128) (local $a-right v128) (local $b-left v128) (local $b-right v128)
    (local $c-left v128) (local $c-right v128) (local $d-left v128) (local $d-right v128)

    (local.set $end (i32.add (local.get $panel) (i32.shl (local.get $depth) (i32.const 5))))
    (loop $group
      (local.set $a-left (v128.const f32x4 0 0 0 0))
      (local.set $a-right (v128.const f32x4 0 0 0 0))
      (local.set $b-left (v128.const f32x4 0 0 0 0))
      (local.set $b-right (v128.const f32x4 0 0 0 0))
      (local.set $c-left (v128.const f32x4 0 0 0 0))
      (local.set $c-right (v128.const f32x4 0 0 0 0))
      (local.set $d-left (v128.const f32x4 0 0 0 0))
      (local.set $d-right (v128.const f32x4 0 0 0 0))
      (local.set $at (local.get $panel))
      (loop $input
        (local.set $left (v128.load (local.get $at)))
        (local.set $right (v128.load offset=16 (local.get $at)))
        (local.set $x (v128.load32_splat (local.get $rows)))
        (local.set $a-left (f32x4.relaxed_madd (local.get $x) (local.get $left) (local.get $a-left)))
        (local.set $a-right (f32x4.relaxed_madd (local.get $x) (local.get $right) (local.get $a-right)))
        (local.set $x (v128.load32_splat offset=4 (local.get $rows)))
        (local.set $b-left (f32x4.relaxed_madd (local.get $x) (local.get $left) (local.get $b-left)))
        (local.set $b-right (f32x4.relaxed_madd (local.get $x) (local.get $right) (local.get $b-right)))
        (local.set $x (v128.load32_splat offset=8 (local.get $rows)))
        (local.set $c-left (f32x4.relaxed_madd (local.get $x) (local.get $left) (local.get $c-left)))
        (local.set $c-right (f32x4.relaxed_madd (local.get $x) (local.get $right) (local.get $c-right)))
        (local.set $x (v128.load32_splat offset=12 (local.get $rows)))
        (local.set $d-left (f32x4.relaxed_madd (local.get $x) (local.get $left) (local.get $d-left)))
        (local.set $d-right (f32x4.relaxed_madd (local.get $x) (local.get $right) (local.get $d-right)))
        (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $input (i32.lt_u (local.get $at) (local.get $end))))
      (v128.store (local.get $sums) (local.get $a-left))
      (v128.store offset=16 (local.get $sums) (local.get $a-right))
      (v128.store offset=32 (local.get $sums) (local.get $b-left))
      (v128.store offset=48 (local.get $sums) (local.get $b-right))
      (v128.store offset=64 (local.get $sums) (local.get $c-left))
      (v128.store offset=80 (local.get $sums) (local.get $c-right))
      (v128.store offset=96 (local.get $sums) (local.get $d-left))
      (v128.store offset=112 (local.get $sums) (local.get $d-right))
      (local.set $sums (i32.add (local.get $sums) (i32.const 128)))
      (br_if $group (local.tee $groups (i32.sub (local.get $groups) (i32.const 1)))))))
