//! The two precisions behind one name, so that a kernel is written once.
use pulp::Simd;

/// A number that registers of any width hold.
pub(super) trait Real: Copy + Default + Send + Sync + 'static {
    type Register<S: Simd>: Copy;

    fn lanes<S: Simd>() -> usize;
    /// The first numbers of a slice.
    fn load<S: Simd>(from: &[Self]) -> Self::Register<S>;
    fn store<S: Simd>(to: &mut [Self], value: Self::Register<S>);
    fn splat<S: Simd>(simd: S, value: f64) -> Self::Register<S>;
    fn add<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    fn sub<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    fn mul<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `a b + c`.
    fn mul_add<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>, c: Self::Register<S>) -> Self::Register<S>;
}

macro_rules! real {
    ($type:ty, $register:ident, $lanes:ident, $load:ident, $load_mut:ident, $splat:ident, $add:ident, $sub:ident, $mul:ident, $mul_add:ident) => {
        impl Real for $type {
            type Register<S: Simd> = S::$register;

            #[inline(always)]
            fn lanes<S: Simd>() -> usize {
                S::$lanes
            }
            #[inline(always)]
            fn load<S: Simd>(from: &[Self]) -> S::$register {
                S::$load(&from[..S::$lanes]).0[0]
            }
            #[inline(always)]
            fn store<S: Simd>(to: &mut [Self], value: S::$register) {
                S::$load_mut(&mut to[..S::$lanes]).0[0] = value;
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: f64) -> S::$register {
                simd.$splat(value as $type)
            }
            #[inline(always)]
            fn add<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
                simd.$add(a, b)
            }
            #[inline(always)]
            fn sub<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
                simd.$sub(a, b)
            }
            #[inline(always)]
            fn mul<S: Simd>(simd: S, a: S::$register, b: S::$register) -> S::$register {
                simd.$mul(a, b)
            }
            #[inline(always)]
            fn mul_add<S: Simd>(simd: S, a: S::$register, b: S::$register, c: S::$register) -> S::$register {
                simd.$mul_add(a, b, c)
            }
        }
    };
}

real!(
    f32,
    f32s,
    F32_LANES,
    as_simd_f32s,
    as_mut_simd_f32s,
    splat_f32s,
    add_f32s,
    sub_f32s,
    mul_f32s,
    mul_add_e_f32s
);
real!(
    f64,
    f64s,
    F64_LANES,
    as_simd_f64s,
    as_mut_simd_f64s,
    splat_f64s,
    add_f64s,
    sub_f64s,
    mul_f64s,
    mul_add_e_f64s
);
