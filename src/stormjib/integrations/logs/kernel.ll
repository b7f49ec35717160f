; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 48cf46a6ba7d78abb8606984c760be507089a3c2e2289608ceff3263c32ac8d6
@_ZN08NumbaEnv8__main__5countB2v1B58c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAQ4s_2fqErM2IZJFEEM0wQAExxxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_behindB2v3B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_min12_3clocals_3e4implB2v5B54c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAw4hWqFpgsIBZmgA_3dE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_stampedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_shapeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_min12_3clocals_3e4implB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBFmRMMkiiDmaAIAE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_mixedB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
define noundef range(i32 -1, -2) i32 @stormjib_count(ptr noalias writeonly captures(none) %retptr, ptr noalias readnone captures(none) %excinfo, i64 %arg.data, i64 %arg.size, i64 %arg.variable, i64 %arg.ends, i64 %arg.setting, i64 %arg.state) local_unnamed_addr #0 {
B0:
  %.42.i = icmp sgt i64 %arg.size, 0
  br i1 %.42.i, label %B122.preheader.i, label %B0.endif
B122.preheader.i:                                 ; preds = %B0
  %.20.i = inttoptr i64 %arg.data to ptr
  %.21.i = load <64 x i8>, ptr %.20.i, align 1, !noalias !0
  %.28.i = or <64 x i8> %.21.i, splat (i8 32)
  %.29.i = add <64 x i8> %.28.i, splat (i8 -97)
  %.30.i = icmp ult <64 x i8> %.29.i, splat (i8 26)
  %.31.i = bitcast <64 x i1> %.30.i to i64
  %.22.i = add <64 x i8> %.21.i, splat (i8 -48)
  %.23.i = icmp ult <64 x i8> %.22.i, splat (i8 10)
  %.24.i = bitcast <64 x i1> %.23.i to i64
  %0 = add nsw i64 %arg.size, -1
  %1 = lshr i64 %0, 6
  %2 = add nuw nsw i64 %1, 1
  %3 = icmp eq i64 %1, 0
  br i1 %3, label %B672.endif.i.epil.preheader, label %B122.preheader.i.new
B122.preheader.i.new:                             ; preds = %B122.preheader.i
  %unroll_iter = and i64 %2, 576460752303423486
  br label %B672.endif.i
B672.endif.i:                                     ; preds = %B672.endif.i, %B122.preheader.i.new
  %lsr.iv197 = phi i64 [ %lsr.iv.next198, %B672.endif.i ], [ %unroll_iter, %B122.preheader.i.new ]
  %lsr.iv195 = phi i64 [ %lsr.iv.next196, %B672.endif.i ], [ %arg.data, %B122.preheader.i.new ]
  %lsr.iv4.i = phi i64 [ %arg.ends, %B122.preheader.i.new ], [ %14, %B672.endif.i ]
  %lsr.iv.i = phi i64 [ %arg.variable, %B122.preheader.i.new ], [ %13, %B672.endif.i ]
  %carried.2.0.i = phi i64 [ 0, %B122.preheader.i.new ], [ %.224.i.1, %B672.endif.i ]
  %letters.2.0.i = phi i64 [ %.31.i, %B122.preheader.i.new ], [ %.65.i.1, %B672.endif.i ]
  %digits.2.0.i = phi i64 [ %.24.i, %B122.preheader.i.new ], [ %.55.i.1, %B672.endif.i ]
  %at.2.0.i = phi i64 [ 0, %B122.preheader.i.new ], [ %.238.i.1, %B672.endif.i ]
  %4 = add i64 %lsr.iv195, 64
  %.51.i = inttoptr i64 %4 to ptr
  %.52.i = load <64 x i8>, ptr %.51.i, align 1, !noalias !0
  %.53.i = add <64 x i8> %.52.i, splat (i8 -48)
  %.54.i = icmp ult <64 x i8> %.53.i, splat (i8 10)
  %.55.i = bitcast <64 x i1> %.54.i to i64
  %.62.i = or <64 x i8> %.52.i, splat (i8 32)
  %.63.i = add <64 x i8> %.62.i, splat (i8 -97)
  %.64.i = icmp ult <64 x i8> %.63.i, splat (i8 26)
  %.65.i = bitcast <64 x i1> %.64.i to i64
  %.73.i = shl i64 %digits.2.0.i, 1
  %.75.i = or disjoint i64 %.73.i, %carried.2.0.i
  %.79.i = and i64 %.75.i, %letters.2.0.i
  %.6.i.i = add i64 %.79.i, %letters.2.0.i
  %.7.i.i = xor i64 %.6.i.i, -1
  %.8.i.i = and i64 %letters.2.0.i, %.7.i.i
  %.112.i = and i64 %.65.i, 1
  %.113.not.i = icmp eq i64 %.112.i, 0
  %.117.i = sub i64 -2, %.65.i
  %.119.i = and i64 %.117.i, %.65.i
  %5 = add i64 %.119.i, 1
  %.130.i = select i1 %.113.not.i, i64 1, i64 %5
  %.132.i = and i64 %.130.i, %.55.i
  %.134.i = tail call i64 @llvm.bitreverse.i64(i64 %letters.2.0.i)
  %.141.i = tail call i64 @llvm.bitreverse.i64(i64 %digits.2.0.i)
  %.142.i = shl i64 %.141.i, 1
  %.143.not.i = icmp ne i64 %.132.i, 0
  %"$phi672.2.2.1.i" = zext i1 %.143.not.i to i64
  %.161.i = or disjoint i64 %.142.i, %"$phi672.2.2.1.i"
  %.167.i = and i64 %.161.i, %.134.i
  %.6.i1.i = add i64 %.167.i, %.134.i
  %.7.i2.i = xor i64 %.6.i1.i, -1
  %.8.i3.i = and i64 %.134.i, %.7.i2.i
  %.203.i = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i)
  %6 = or i64 %.8.i.i, %.203.i
  %.204.i = or i64 %6, %digits.2.0.i
  %.209.i = inttoptr i64 %lsr.iv.i to ptr
  store i64 %.204.i, ptr %.209.i, align 1, !noalias !0
  %.218.i = inttoptr i64 %lsr.iv195 to ptr
  %.219.i = load <64 x i8>, ptr %.218.i, align 1, !noalias !0
  %.220.i = icmp eq <64 x i8> %.219.i, splat (i8 10)
  %.222.i = inttoptr i64 %lsr.iv4.i to ptr
  store <64 x i1> %.220.i, ptr %.222.i, align 1, !noalias !0
  %7 = add i64 %lsr.iv195, 64
  %8 = add i64 %lsr.iv195, 128
  %.51.i.1 = inttoptr i64 %8 to ptr
  %.52.i.1 = load <64 x i8>, ptr %.51.i.1, align 1, !noalias !0
  %.53.i.1 = add <64 x i8> %.52.i.1, splat (i8 -48)
  %.54.i.1 = icmp ult <64 x i8> %.53.i.1, splat (i8 10)
  %.55.i.1 = bitcast <64 x i1> %.54.i.1 to i64
  %.62.i.1 = or <64 x i8> %.52.i.1, splat (i8 32)
  %.63.i.1 = add <64 x i8> %.62.i.1, splat (i8 -97)
  %.64.i.1 = icmp ult <64 x i8> %.63.i.1, splat (i8 26)
  %.65.i.1 = bitcast <64 x i1> %.64.i.1 to i64
  %.75.i.1 = tail call i64 @llvm.fshl.i64(i64 %.55.i, i64 %.204.i, i64 1)
  %.79.i.1 = and i64 %.75.i.1, %.65.i
  %.6.i.i.1 = add i64 %.79.i.1, %.65.i
  %.7.i.i.1 = xor i64 %.6.i.i.1, -1
  %.8.i.i.1 = and i64 %.65.i, %.7.i.i.1
  %.112.i.1 = and i64 %.65.i.1, 1
  %.113.not.i.1 = icmp eq i64 %.112.i.1, 0
  %.117.i.1 = sub i64 -2, %.65.i.1
  %.119.i.1 = and i64 %.117.i.1, %.65.i.1
  %9 = add i64 %.119.i.1, 1
  %.130.i.1 = select i1 %.113.not.i.1, i64 1, i64 %9
  %.132.i.1 = and i64 %.130.i.1, %.55.i.1
  %.134.i.1 = tail call i64 @llvm.bitreverse.i64(i64 %.65.i)
  %.141.i.1 = tail call i64 @llvm.bitreverse.i64(i64 %.55.i)
  %.142.i.1 = shl i64 %.141.i.1, 1
  %.143.not.i.1 = icmp ne i64 %.132.i.1, 0
  %"$phi672.2.2.1.i.1" = zext i1 %.143.not.i.1 to i64
  %.161.i.1 = or disjoint i64 %.142.i.1, %"$phi672.2.2.1.i.1"
  %.167.i.1 = and i64 %.161.i.1, %.134.i.1
  %.6.i1.i.1 = add i64 %.167.i.1, %.134.i.1
  %.7.i2.i.1 = xor i64 %.6.i1.i.1, -1
  %.8.i3.i.1 = and i64 %.134.i.1, %.7.i2.i.1
  %.203.i.1 = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i.1)
  %10 = or i64 %.8.i.i.1, %.203.i.1
  %.204.i.1 = or i64 %10, %.55.i
  %11 = add i64 %lsr.iv.i, 8
  %.209.i.1 = inttoptr i64 %11 to ptr
  store i64 %.204.i.1, ptr %.209.i.1, align 1, !noalias !0
  %.218.i.1 = inttoptr i64 %7 to ptr
  %.219.i.1 = load <64 x i8>, ptr %.218.i.1, align 1, !noalias !0
  %.220.i.1 = icmp eq <64 x i8> %.219.i.1, splat (i8 10)
  %12 = add i64 %lsr.iv4.i, 8
  %.222.i.1 = inttoptr i64 %12 to ptr
  store <64 x i1> %.220.i.1, ptr %.222.i.1, align 1, !noalias !0
  %.224.i.1 = lshr i64 %.204.i.1, 63
  %.238.i.1 = add nuw i64 %at.2.0.i, 128
  %lsr.iv.next.i.1 = add i64 %lsr.iv.i, 16
  %lsr.iv.next5.i.1 = add i64 %lsr.iv4.i, 16
  %lsr.iv.next196 = add i64 %lsr.iv195, 128
  %lsr.iv.next198 = add i64 %lsr.iv197, -2
  %niter.ncmp.1.not = icmp eq i64 %lsr.iv.next198, 0
  %13 = add i64 %11, 8
  %14 = add i64 %12, 8
  br i1 %niter.ncmp.1.not, label %B0.endif.loopexit.unr-lcssa, label %B672.endif.i
B1230:                                            ; preds = %B1230.preheader, %B3638
  %n_cells.2.1 = phi i64 [ %n_cells.3.2, %B3638 ], [ %.211, %B1230.preheader ]
  %n_cuts.2.1 = phi i64 [ %n_cuts.3.2, %B3638 ], [ %.207, %B1230.preheader ]
  %n_shapes.2.1 = phi i64 [ %n_shapes.3.2, %B3638 ], [ %.203, %B1230.preheader ]
  %cut.4.1 = phi i64 [ %cut.2.2, %B3638 ], [ %.244, %B1230.preheader ]
  %lines.2.1 = phi i64 [ %.1829, %B3638 ], [ %.236, %B1230.preheader ]
  %n_fresh_cuts.2.1 = phi i64 [ %n_fresh_cuts.3.2, %B3638 ], [ 0, %B1230.preheader ]
  %n_fresh.2.1 = phi i64 [ %n_fresh.3.2, %B3638 ], [ 0, %B1230.preheader ]
  %cut_2.2.1 = phi i64 [ %cut_2.3.2, %B3638 ], [ 0, %B1230.preheader ]
  %cut_1.2.1 = phi i64 [ %cut_1.3.2, %B3638 ], [ 0, %B1230.preheader ]
  %cut_0.2.1 = phi i64 [ %cut_0.3.2, %B3638 ], [ 0, %B1230.preheader ]
  %at.2.1 = phi i64 [ %.1839, %B3638 ], [ 0, %B1230.preheader ]
  %15 = ashr i64 %at.2.1, 3
  %.15.i = and i64 %15, -8
  %.17.i = add nsw i64 %.15.i, %arg.ends
  %.18.i = inttoptr i64 %.17.i to ptr
  %.19.i = load i64, ptr %.18.i, align 1, !noalias !3
  %.23.i2 = and i64 %at.2.1, 63
  %.24.i3 = lshr i64 %.19.i, %.23.i2
  %.29.not.i = icmp eq i64 %.24.i3, 0
  br i1 %.29.not.i, label %B218.i, label %B146.i
B146.i:                                           ; preds = %B1230
  %.36.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i3, i1 true)
  %.40.i = add nsw i64 %.36.i, %at.2.1
  br label %B1230.endif
B218.i:                                           ; preds = %B1230
  %16 = and i64 %at.2.1, -64
  br label %B236.i
B236.i:                                           ; preds = %B236.i, %B218.i
  %lsr.iv.i4 = phi i64 [ %17, %B236.i ], [ %16, %B218.i ]
  %17 = add i64 %lsr.iv.i4, 64
  %.58.i = ashr exact i64 %17, 3
  %.60.i = add nsw i64 %.58.i, %arg.ends
  %.61.i = inttoptr i64 %.60.i to ptr
  %.62.i5 = load i64, ptr %.61.i, align 1, !noalias !3
  %.69.not.i = icmp eq i64 %.62.i5, 0
  br i1 %.69.not.i, label %B236.i, label %B330.i
B330.i:                                           ; preds = %B236.i
  %.76.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.62.i5, i1 true)
  %18 = add i64 %.76.i, %17
  br label %B1230.endif
B1318:                                            ; preds = %B1230.endif
  %19 = icmp sgt i64 %.52.fr, 0
  br i1 %19, label %B1340.endif.endif, label %B1660
B1638.loopexit186:                                ; preds = %B1544.endif
  %20 = mul i64 %lsr.iv, -1
  br label %B1638
B1638:                                            ; preds = %B1448.endif.us, %B1638.loopexit186
  %.us-phi852 = phi i64 [ %20, %B1638.loopexit186 ], [ %.678841845.us, %B1448.endif.us ]
  %.790 = add nsw i64 %.us-phi852, %.52.fr
  br label %B1660
B1658:                                            ; preds = %B1544.endif, %B1448.endif
  %lsr.iv.next = add i64 %lsr.iv, -1
  %21 = add i64 %51, %lsr.iv.next
  %lsr.iv.next189 = add i64 %lsr.iv188, 1
  %.672 = icmp samesign ugt i64 %21, 1
  br i1 %.672, label %B1448.endif, label %B2562
B1660:                                            ; preds = %B1638, %B1318
  %.790.pn = phi i64 [ %.790, %B1638 ], [ %at.2.1, %B1318 ]
  %where.3.1 = add nsw i64 %.790.pn, %.70
  %.829 = icmp sgt i64 %where.3.1, -1
  br i1 %.829, label %B1674, label %B2562
B1674:                                            ; preds = %B1660
  %.854 = add nuw nsw i64 %where.3.1, %.73
  %.856.not = icmp sgt i64 %.854, %storemerge.i
  br i1 %.856.not, label %B2562, label %B1694.endif
B1832:                                            ; preds = %B1694.endif
  %22 = icmp ugt i64 %.73, 16
  %.911 = add nsw i64 %.875, 8
  %.8.i25 = inttoptr i64 %.911 to ptr
  %.9.i26 = load i64, ptr %.8.i25, align 1, !noalias !6
  %"$phi220.0.2.0.i32" = and i64 %.9.i26, %.32.i31
  br i1 %22, label %B1846, label %B1934
B1846:                                            ; preds = %B1832
  %.958 = add nsw i64 %.875, 16
  %.8.i33 = inttoptr i64 %.958 to ptr
  %.9.i34 = load i64, ptr %.8.i33, align 1, !noalias !9
  %"$phi220.0.2.0.i40" = and i64 %.9.i34, %.32.i39
  br label %B1934
B1934:                                            ; preds = %B1846, %B1694.endif, %B1832
  %"$phi1832.0.2.2721" = phi i64 [ 0, %B1694.endif ], [ %"$phi220.0.2.0.i32", %B1832 ], [ %"$phi220.0.2.0.i32", %B1846 ]
  %"$phi1934.0.2.2" = phi i64 [ 0, %B1694.endif ], [ 0, %B1832 ], [ %"$phi220.0.2.0.i40", %B1846 ]
  %.1000 = icmp eq i64 %"$phi220.0.2.0.i24", %cut_0.2.1
  %.1007 = icmp eq i64 %"$phi1832.0.2.2721", %cut_1.2.1
  %or.cond763 = select i1 %.1000, i1 %.1007, i1 false
  %.1013 = icmp eq i64 %"$phi1934.0.2.2", %cut_2.2.1
  %or.cond764 = select i1 %or.cond763, i1 %.1013, i1 false
  br i1 %or.cond764, label %B2540, label %B58.i.preheader
B58.i.preheader:                                  ; preds = %B1934
  br label %B58.i
B58.i:                                            ; preds = %B58.i.preheader, %B292.i
  %lsr.iv3.i = phi i64 [ %lsr.iv.next4.i, %B292.i ], [ %.73, %B58.i.preheader ]
  %lsr.iv1.i = phi i64 [ %lsr.iv.next2.i, %B292.i ], [ %.875, %B58.i.preheader ]
  %lsr.iv.i50 = phi i64 [ %lsr.iv.next.i52, %B292.i ], [ %.76, %B58.i.preheader ]
  %.152.i = inttoptr i64 %lsr.iv1.i to ptr
  %.153.i = load i64, ptr %.152.i, align 1, !noalias !12
  %23 = and i64 %.153.i, 255
  %.160.i = inttoptr i64 %lsr.iv.i50 to ptr
  %.161.i51 = load i64, ptr %.160.i, align 1, !noalias !12
  %24 = and i64 %.161.i51, 255
  %25 = add nsw i64 %23, -48
  %trunc.i = trunc i64 %24 to i8
  %26 = zext i8 %trunc.i to i32
  switch i32 %26, label %B274.i [
    i32 0, label %B226.i
    i32 1, label %B242.i
    i32 2, label %B258.i
  ]
B226.i:                                           ; preds = %B58.i
  %27 = icmp ult i64 %25, 10
  %.262.old.i = icmp eq i64 %24, %23
  %or.cond76.i = or i1 %27, %.262.old.i
  br i1 %or.cond76.i, label %B292.i, label %B2562
B242.i:                                           ; preds = %B58.i
  %.201.i = or i64 %23, 32
  %28 = add nsw i64 %.201.i, -97
  %"$phi212.1.2.1.i" = icmp ult i64 %28, 26
  %.262.old.old.i = icmp eq i64 %24, %23
  %or.cond77.i = select i1 %"$phi212.1.2.1.i", i1 true, i1 %.262.old.old.i
  br i1 %or.cond77.i, label %B292.i, label %B2562
B258.i:                                           ; preds = %B58.i
  %29 = icmp ult i64 %25, 10
  %.256.i = icmp eq i64 %23, 32
  %.262.i = icmp eq i64 %24, %23
  %30 = or i1 %.256.i, %.262.i
  %or.cond75.i = or i1 %29, %30
  br i1 %or.cond75.i, label %B292.i, label %B2562
B274.i:                                           ; preds = %B58.i
  %.262.old.old.old.i = icmp eq i64 %24, %23
  br i1 %.262.old.old.old.i, label %B292.i, label %B2562
B292.i:                                           ; preds = %B274.i, %B258.i, %B242.i, %B226.i
  %lsr.iv.next.i52 = add i64 %lsr.iv.i50, 1
  %lsr.iv.next2.i = add i64 %lsr.iv1.i, 1
  %lsr.iv.next4.i = add i64 %lsr.iv3.i, -1
  %exitcond.not.i = icmp eq i64 %lsr.iv.next4.i, 0
  br i1 %exitcond.not.i, label %B2026.endif.endif.endif, label %B58.i
B2280:                                            ; preds = %B2026.endif.endif.endif.endif
  %sunkaddr = inttoptr i64 %.24.i69 to ptr
  store i64 %.1248, ptr %sunkaddr, align 1
  %.1295 = add nsw i64 %.24.i69, 8
  %.1297 = inttoptr i64 %.1295 to ptr
  store i64 %n_cuts.2.1, ptr %.1297, align 1
  %.1300 = shl nsw i64 %n_fresh_cuts.2.1, 4
  %.1302 = add nsw i64 %.1300, %.159
  %.1304 = inttoptr i64 %.1302 to ptr
  store i64 %at.2.1, ptr %.1304, align 1
  %.1310 = add nsw i64 %.1302, 8
  %.1312 = inttoptr i64 %.1310 to ptr
  store i64 %n_cuts.2.1, ptr %.1312, align 1
  %.1315 = add nsw i64 %n_fresh_cuts.2.1, 1
  %.1321 = add nsw i64 %n_cuts.2.1, 1
  br label %B2500
B2500:                                            ; preds = %B2026.endif.endif.endif.endif.B2500_crit_edge, %B2280
  %.1367.pre-phi = phi ptr [ %.pre1067, %B2026.endif.endif.endif.endif.B2500_crit_edge ], [ %.1297, %B2280 ]
  %n_cuts.5.3 = phi i64 [ %n_cuts.2.1, %B2026.endif.endif.endif.endif.B2500_crit_edge ], [ %.1321, %B2280 ]
  %n_fresh_cuts.5.3 = phi i64 [ %n_fresh_cuts.2.1, %B2026.endif.endif.endif.endif.B2500_crit_edge ], [ %.1315, %B2280 ]
  %.1368 = load i64, ptr %.1367.pre-phi, align 1
  br label %B2540
B2540:                                            ; preds = %B1934, %B2500
  %n_cuts.4.2.ph = phi i64 [ %n_cuts.5.3, %B2500 ], [ %n_cuts.2.1, %B1934 ]
  %cut.3.2.ph = phi i64 [ %.1368, %B2500 ], [ %cut.4.1, %B1934 ]
  %n_fresh_cuts.4.2.ph = phi i64 [ %n_fresh_cuts.5.3, %B2500 ], [ %n_fresh_cuts.2.1, %B1934 ]
  %cut_2.4.2.ph = phi i64 [ %"$phi1934.0.2.2", %B2500 ], [ %cut_2.2.1, %B1934 ]
  %cut_1.4.2.ph = phi i64 [ %"$phi1832.0.2.2721", %B2500 ], [ %cut_1.2.1, %B1934 ]
  %cut_0.4.2.ph = phi i64 [ %"$phi220.0.2.0.i24", %B2500 ], [ %cut_0.2.1, %B1934 ]
  %31 = icmp eq i64 %.52.fr, 0
  %spec.select = select i1 %31, i64 %.854, i64 %at.2.1
  br label %B2562
B2562:                                            ; preds = %B1340.endif.endif, %B1230.endif, %B1658, %B1658.us, %B258.i, %B226.i, %B242.i, %B274.i, %B1674, %B1660, %B2540
  %n_cuts.3.2 = phi i64 [ %n_cuts.2.1, %B258.i ], [ %n_cuts.4.2.ph, %B2540 ], [ %n_cuts.2.1, %B1658 ], [ %n_cuts.2.1, %B1660 ], [ %n_cuts.2.1, %B1658.us ], [ %n_cuts.2.1, %B1674 ], [ %n_cuts.2.1, %B1230.endif ], [ %n_cuts.2.1, %B274.i ], [ %n_cuts.2.1, %B242.i ], [ %n_cuts.2.1, %B226.i ], [ %n_cuts.2.1, %B1340.endif.endif ]
  %cut.2.2 = phi i64 [ %cut.4.1, %B258.i ], [ %cut.3.2.ph, %B2540 ], [ %cut.4.1, %B1658 ], [ %cut.4.1, %B1660 ], [ %cut.4.1, %B1658.us ], [ %cut.4.1, %B1674 ], [ %cut.4.1, %B1230.endif ], [ %cut.4.1, %B274.i ], [ %cut.4.1, %B242.i ], [ %cut.4.1, %B226.i ], [ %cut.4.1, %B1340.endif.endif ]
  %n_fresh_cuts.3.2 = phi i64 [ %n_fresh_cuts.2.1, %B258.i ], [ %n_fresh_cuts.4.2.ph, %B2540 ], [ %n_fresh_cuts.2.1, %B1658 ], [ %n_fresh_cuts.2.1, %B1660 ], [ %n_fresh_cuts.2.1, %B1658.us ], [ %n_fresh_cuts.2.1, %B1674 ], [ %n_fresh_cuts.2.1, %B1230.endif ], [ %n_fresh_cuts.2.1, %B274.i ], [ %n_fresh_cuts.2.1, %B242.i ], [ %n_fresh_cuts.2.1, %B226.i ], [ %n_fresh_cuts.2.1, %B1340.endif.endif ]
  %cut_2.3.2 = phi i64 [ %cut_2.2.1, %B258.i ], [ %cut_2.4.2.ph, %B2540 ], [ %cut_2.2.1, %B1658 ], [ %cut_2.2.1, %B1660 ], [ %cut_2.2.1, %B1658.us ], [ %cut_2.2.1, %B1674 ], [ %cut_2.2.1, %B1230.endif ], [ %cut_2.2.1, %B274.i ], [ %cut_2.2.1, %B242.i ], [ %cut_2.2.1, %B226.i ], [ %cut_2.2.1, %B1340.endif.endif ]
  %cut_1.3.2 = phi i64 [ %cut_1.2.1, %B258.i ], [ %cut_1.4.2.ph, %B2540 ], [ %cut_1.2.1, %B1658 ], [ %cut_1.2.1, %B1660 ], [ %cut_1.2.1, %B1658.us ], [ %cut_1.2.1, %B1674 ], [ %cut_1.2.1, %B1230.endif ], [ %cut_1.2.1, %B274.i ], [ %cut_1.2.1, %B242.i ], [ %cut_1.2.1, %B226.i ], [ %cut_1.2.1, %B1340.endif.endif ]
  %cut_0.3.2 = phi i64 [ %cut_0.2.1, %B258.i ], [ %cut_0.4.2.ph, %B2540 ], [ %cut_0.2.1, %B1658 ], [ %cut_0.2.1, %B1660 ], [ %cut_0.2.1, %B1658.us ], [ %cut_0.2.1, %B1674 ], [ %cut_0.2.1, %B1230.endif ], [ %cut_0.2.1, %B274.i ], [ %cut_0.2.1, %B242.i ], [ %cut_0.2.1, %B226.i ], [ %cut_0.2.1, %B1340.endif.endif ]
  %begin.2.1 = phi i64 [ %at.2.1, %B258.i ], [ %spec.select, %B2540 ], [ %at.2.1, %B1658 ], [ %at.2.1, %B1660 ], [ %at.2.1, %B1658.us ], [ %at.2.1, %B1674 ], [ %at.2.1, %B1230.endif ], [ %at.2.1, %B274.i ], [ %at.2.1, %B242.i ], [ %at.2.1, %B226.i ], [ %at.2.1, %B1340.endif.endif ]
  %.24.i98 = icmp slt i64 %begin.2.1, %storemerge.i
  br i1 %.24.i98, label %B58.i100.preheader, label %B2562.endif
B58.i100.preheader:                               ; preds = %B2562
  br label %B58.i100
B58.i100:                                         ; preds = %B58.i100.preheader, %B520.endif.i
  %at.3.0.i = phi i64 [ %storemerge.i11.i, %B520.endif.i ], [ %begin.2.1, %B58.i100.preheader ]
  %hashed.5.0.i = phi i64 [ %.9.i28.i, %B520.endif.i ], [ %const, %B58.i100.preheader ]
  %32 = ashr i64 %at.3.0.i, 3
  %.15.i.i = and i64 %32, -8
  %.17.i.i = add nsw i64 %.15.i.i, %arg.variable
  %.18.i.i = inttoptr i64 %.17.i.i to ptr
  %.19.i.i = load i64, ptr %.18.i.i, align 1, !noalias !15
  %.23.i.i = and i64 %at.3.0.i, 63
  %.24.i.i = lshr i64 %.19.i.i, %.23.i.i
  %.29.not.i.i = icmp eq i64 %.24.i.i, 0
  br i1 %.29.not.i.i, label %B218.i.i, label %B146.i.i
B146.i.i:                                         ; preds = %B58.i100
  %.36.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i.i, i1 true)
  %.40.i.i = add nsw i64 %.36.i.i, %at.3.0.i
  br label %B58.endif.endif.i
B218.i.i:                                         ; preds = %B58.i100
  %33 = and i64 %at.3.0.i, -64
  br label %B236.i.i
B236.i.i:                                         ; preds = %B236.i.i, %B218.i.i
  %lsr.iv.i.i = phi i64 [ %34, %B236.i.i ], [ %33, %B218.i.i ]
  %34 = add i64 %lsr.iv.i.i, 64
  %.58.i.i = ashr exact i64 %34, 3
  %.60.i.i = add nsw i64 %.58.i.i, %arg.variable
  %.61.i.i = inttoptr i64 %.60.i.i to ptr
  %.62.i.i = load i64, ptr %.61.i.i, align 1, !noalias !15
  %.69.not.i.i = icmp eq i64 %.62.i.i, 0
  br i1 %.69.not.i.i, label %B236.i.i, label %B330.i.i
B330.i.i:                                         ; preds = %B236.i.i
  %.76.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.62.i.i, i1 true)
  %35 = add i64 %.76.i.i, %34
  br label %B58.endif.endif.i
B306.i:                                           ; preds = %B178.endif.i, %B58.endif.endif.i
  %at.5.2.i = phi i64 [ %at.3.0.i, %B58.endif.endif.i ], [ %.153.i106, %B178.endif.i ]
  %hashed.6.2.i = phi i64 [ %hashed.5.0.i, %B58.endif.endif.i ], [ %.9.i.i, %B178.endif.i ]
  %.172.i = icmp sgt i64 %.13.i.i, %at.5.2.i
  br i1 %.172.i, label %B318.endif.i, label %B438.endif.i
B520.i:                                           ; preds = %B438.endif.i
  %36 = ashr i64 %.13.i.i, 3
  %.15.i1.i = and i64 %36, -8
  %.17.i2.i = add nsw i64 %.15.i1.i, %arg.variable
  %.18.i3.i = inttoptr i64 %.17.i2.i to ptr
  %.19.i4.i = load i64, ptr %.18.i3.i, align 1, !noalias !20
  %.21.i.i = xor i64 %.19.i4.i, -1
  %.23.i5.i = and i64 %.13.i.i, 63
  %.24.i6.i = lshr i64 %.21.i.i, %.23.i5.i
  %.29.not.i7.i = icmp eq i64 %.24.i6.i, 0
  br i1 %.29.not.i7.i, label %B218.i12.i, label %B146.i8.i
B146.i8.i:                                        ; preds = %B520.i
  %.36.i9.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i6.i, i1 true)
  %.40.i10.i = add nsw i64 %.36.i9.i, %.13.i.i
  br label %B520.endif.i
B218.i12.i:                                       ; preds = %B520.i
  %37 = and i64 %.13.i.i, -64
  br label %B236.i14.i
B236.i14.i:                                       ; preds = %B236.i14.i, %B218.i12.i
  %lsr.iv.i15.i = phi i64 [ %38, %B236.i14.i ], [ %37, %B218.i12.i ]
  %38 = add i64 %lsr.iv.i15.i, 64
  %.58.i16.i = ashr exact i64 %38, 3
  %.60.i17.i = add nsw i64 %.58.i16.i, %arg.variable
  %.61.i18.i = inttoptr i64 %.60.i17.i to ptr
  %.62.i19.i = load i64, ptr %.61.i18.i, align 1, !noalias !20
  %.69.not.i20.i = icmp eq i64 %.62.i19.i, -1
  br i1 %.69.not.i20.i, label %B236.i14.i, label %B330.i22.i
B330.i22.i:                                       ; preds = %B236.i14.i
  %.64.i.i = xor i64 %.62.i19.i, -1
  %.76.i23.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.64.i.i, i1 true)
  %39 = add i64 %.76.i23.i, %38
  br label %B520.endif.i
B58.endif.endif.i:                                ; preds = %B330.i.i, %B146.i.i
  %storemerge.i.i = phi i64 [ %35, %B330.i.i ], [ %.40.i.i, %B146.i.i ]
  %.13.i.i = tail call i64 @llvm.smin.i64(i64 %storemerge.i, i64 %storemerge.i.i)
  %.112.i101 = sub nsw i64 %.13.i.i, %at.3.0.i
  %.115.i = icmp sgt i64 %.112.i101, 7
  br i1 %.115.i, label %B178.endif.i.preheader, label %B306.i
B178.endif.i.preheader:                           ; preds = %B58.endif.endif.i
  %40 = add i64 %.13.i.i, 8
  %41 = sub i64 %40, %at.3.0.i
  br label %B178.endif.i
B178.endif.i:                                     ; preds = %B178.endif.i.preheader, %B178.endif.i
  %lsr.iv193 = phi i64 [ %41, %B178.endif.i.preheader ], [ %lsr.iv.next194, %B178.endif.i ]
  %at.4.1.i = phi i64 [ %.153.i106, %B178.endif.i ], [ %at.3.0.i, %B178.endif.i.preheader ]
  %hashed.4.1.i = phi i64 [ %.9.i.i, %B178.endif.i ], [ %hashed.5.0.i, %B178.endif.i.preheader ]
  %42 = add i64 %arg.data, %at.4.1.i
  %.121.i = inttoptr i64 %42 to ptr
  %.122.i = load i64, ptr %.121.i, align 1, !noalias !23
  %.6.i.i103 = xor i64 %.122.i, %hashed.4.1.i
  %.7.i.i104 = mul i64 %.6.i.i103, %const199
  %.8.i.i105 = lshr i64 %.7.i.i104, 32
  %.9.i.i = xor i64 %.8.i.i105, %.7.i.i104
  %.153.i106 = add i64 %at.4.1.i, 8
  %lsr.iv.next194 = add i64 %lsr.iv193, -8
  %.160.i108 = icmp samesign ugt i64 %lsr.iv.next194, 15
  br i1 %.160.i108, label %B178.endif.i, label %B306.i
B318.endif.i:                                     ; preds = %B306.i
  %.178.i = add nsw i64 %at.5.2.i, %arg.data
  %.181.i = sub nsw i64 %.13.i.i, %at.5.2.i
  %.8.i33.i = inttoptr i64 %.178.i to ptr
  %.9.i34.i = load i64, ptr %.8.i33.i, align 1, !noalias !24
  %.14.i.i = icmp sgt i64 %.181.i, 7
  %.26.i.i = shl nsw i64 %.181.i, 3
  %notmask.i.i = shl nsw i64 -1, %.26.i.i
  %.30.i.i = xor i64 %notmask.i.i, -1
  %.32.i.i = select i1 %.14.i.i, i64 -1, i64 %.30.i.i
  %"$phi220.0.2.0.i.i" = and i64 %.9.i34.i, %.32.i.i
  %.211.i = add i64 %"$phi220.0.2.0.i.i", %.181.i
  %.6.i29.i = xor i64 %.211.i, %hashed.6.2.i
  %.7.i30.i = mul i64 %.6.i29.i, %const199
  %.8.i31.i = lshr i64 %.7.i30.i, 32
  %.9.i32.i = xor i64 %.8.i31.i, %.7.i30.i
  br label %B438.endif.i
B438.endif.i:                                     ; preds = %B318.endif.i, %B306.i
  %hashed.7.1.i = phi i64 [ %hashed.6.2.i, %B306.i ], [ %.9.i32.i, %B318.endif.i ]
  %.6.i25.i = xor i64 %hashed.7.1.i, 2685821657736338717
  %.7.i26.i = mul i64 %.6.i25.i, %const199
  %.8.i27.i = lshr i64 %.7.i26.i, 32
  %.9.i28.i = xor i64 %.8.i27.i, %.7.i26.i
  %.279.not.i = icmp slt i64 %storemerge.i.i, %storemerge.i
  br i1 %.279.not.i, label %B520.i, label %B2562.endif
B520.endif.i:                                     ; preds = %B330.i22.i, %B146.i8.i
  %storemerge.i11.i = phi i64 [ %39, %B330.i22.i ], [ %.40.i10.i, %B146.i8.i ]
  %.336.i = icmp slt i64 %storemerge.i11.i, %storemerge.i
  br i1 %.336.i, label %B58.i100, label %B2562.endif
B2712:                                            ; preds = %B2562.endif.endif
  %sunkaddr200 = inttoptr i64 %.24.i77 to ptr
  store i64 %.1548, ptr %sunkaddr200, align 1
  %.1595 = add nsw i64 %.24.i77, 8
  %.1597 = inttoptr i64 %.1595 to ptr
  store i64 %n_shapes.2.1, ptr %.1597, align 1
  %.1600 = mul nsw i64 %n_fresh.2.1, 24
  %.1602 = add nsw i64 %.1600, %.155
  %.1604 = inttoptr i64 %.1602 to ptr
  store i64 %at.2.1, ptr %.1604, align 1
  %.1610 = add nsw i64 %.1602, 8
  %.1612 = inttoptr i64 %.1610 to ptr
  store i64 %n_shapes.2.1, ptr %.1612, align 1
  %.1618 = add nsw i64 %.1602, 16
  %.1620 = inttoptr i64 %.1618 to ptr
  store i64 %lines.2.1, ptr %.1620, align 1
  %.1623 = add nsw i64 %n_fresh.2.1, 1
  %.1629 = add nsw i64 %n_shapes.2.1, 1
  br label %B2982.endif
B3392:                                            ; preds = %B3318.endif
  %sunkaddr201 = inttoptr i64 %.22.i89 to ptr
  %sunkaddr202 = getelementptr i8, ptr %sunkaddr201, i64 %.130
  store i64 %"$phi3318.0.2.1", ptr %sunkaddr202, align 1
  %.1762 = shl nsw i64 %n_cells.2.1, 4
  %.1764 = add nsw i64 %.1762, %.151
  %.1768 = inttoptr i64 %.1764 to ptr
  store i64 %.1661, ptr %.1768, align 1
  %.1774 = add nsw i64 %.1764, 8
  %.1775 = inttoptr i64 %.1774 to ptr
  store i64 0, ptr %.1775, align 1
  %sunkaddr203 = inttoptr i64 %.22.i89 to ptr
  %sunkaddr204 = getelementptr i8, ptr %sunkaddr203, i64 %.130
  %sunkaddr205 = getelementptr i8, ptr %sunkaddr204, i64 8
  store i64 %n_cells.2.1, ptr %sunkaddr205, align 1
  %.1783 = add nsw i64 %n_cells.2.1, 1
  br label %B3638
B3638:                                            ; preds = %B3318.endif.B3638_crit_edge, %B3392
  %.1819.pre-phi = phi i64 [ %.pre158, %B3318.endif.B3638_crit_edge ], [ %.1762, %B3392 ]
  %n_cells.3.2 = phi i64 [ %n_cells.2.1, %B3318.endif.B3638_crit_edge ], [ %.1783, %B3392 ]
  %sunkaddr206 = inttoptr i64 %.151 to ptr
  %sunkaddr207 = getelementptr i8, ptr %sunkaddr206, i64 %.1819.pre-phi
  %sunkaddr208 = getelementptr i8, ptr %sunkaddr207, i64 8
  %.1824 = load i64, ptr %sunkaddr208, align 1
  %.1825 = add nsw i64 %.1824, 1
  store i64 %.1825, ptr %sunkaddr208, align 1
  %.1829 = add nsw i64 %lines.2.1, 1
  %.1839 = add nsw i64 %storemerge.i, 1
  %.1850 = icmp slt i64 %.1839, %arg.size
  %.1878 = icmp slt i64 %n_shapes.3.2, %.96
  %or.cond765 = select i1 %.1850, i1 %.1878, i1 false
  %.1906 = icmp slt i64 %n_cuts.3.2, %.117
  %or.cond766 = select i1 %or.cond765, i1 %.1906, i1 false
  %.1987 = icmp slt i64 %n_cells.3.2, %.138
  %or.cond767 = select i1 %or.cond766, i1 %.1987, i1 false
  br i1 %or.cond767, label %B1230, label %common.ret
common.ret:                                       ; preds = %B3638, %B0.endif
  %n_cells.4.0 = phi i64 [ %.211, %B0.endif ], [ %n_cells.3.2, %B3638 ]
  %n_cuts.6.0 = phi i64 [ %.207, %B0.endif ], [ %n_cuts.3.2, %B3638 ]
  %n_shapes.4.0 = phi i64 [ %.203, %B0.endif ], [ %n_shapes.3.2, %B3638 ]
  %cut.5.0 = phi i64 [ %.244, %B0.endif ], [ %cut.2.2, %B3638 ]
  %lines.3.0 = phi i64 [ %.236, %B0.endif ], [ %.1829, %B3638 ]
  %n_fresh_cuts.6.0 = phi i64 [ 0, %B0.endif ], [ %n_fresh_cuts.3.2, %B3638 ]
  %n_fresh.4.0 = phi i64 [ 0, %B0.endif ], [ %n_fresh.3.2, %B3638 ]
  %at.3.0 = phi i64 [ 0, %B0.endif ], [ %.1839, %B3638 ]
  %sunkaddr209 = inttoptr i64 %arg.state to ptr
  %sunkaddr210 = getelementptr i8, ptr %sunkaddr209, i64 16
  store i64 %n_shapes.4.0, ptr %sunkaddr210, align 1
  %sunkaddr211 = inttoptr i64 %arg.state to ptr
  %sunkaddr212 = getelementptr i8, ptr %sunkaddr211, i64 48
  store i64 %n_cuts.6.0, ptr %sunkaddr212, align 1
  %sunkaddr213 = inttoptr i64 %arg.state to ptr
  %sunkaddr214 = getelementptr i8, ptr %sunkaddr213, i64 80
  store i64 %n_cells.4.0, ptr %sunkaddr214, align 1
  %sunkaddr215 = inttoptr i64 %arg.state to ptr
  %sunkaddr216 = getelementptr i8, ptr %sunkaddr215, i64 128
  store i64 %lines.3.0, ptr %sunkaddr216, align 1
  %sunkaddr217 = inttoptr i64 %arg.state to ptr
  %sunkaddr218 = getelementptr i8, ptr %sunkaddr217, i64 144
  store i64 %cut.5.0, ptr %sunkaddr218, align 1
  %.2146 = add nsw i64 %arg.state, 152
  %.2148 = inttoptr i64 %.2146 to ptr
  store i64 %n_fresh.4.0, ptr %.2148, align 1
  %.2153 = add nsw i64 %arg.state, 160
  %.2157 = inttoptr i64 %.2153 to ptr
  store i64 %n_fresh_cuts.6.0, ptr %.2157, align 1
  store i64 %at.3.0, ptr %retptr, align 8
  ret i32 0
B0.endif.loopexit.unr-lcssa:                      ; preds = %B672.endif.i
  %43 = and i64 %2, 1
  %lcmp.mod.not = icmp eq i64 %43, 0
  br i1 %lcmp.mod.not, label %B0.endif, label %B672.endif.i.epil.preheader
B672.endif.i.epil.preheader:                      ; preds = %B0.endif.loopexit.unr-lcssa, %B122.preheader.i
  %lsr.iv4.i.epil.init = phi i64 [ %arg.ends, %B122.preheader.i ], [ %lsr.iv.next5.i.1, %B0.endif.loopexit.unr-lcssa ]
  %lsr.iv.i.epil.init = phi i64 [ %arg.variable, %B122.preheader.i ], [ %lsr.iv.next.i.1, %B0.endif.loopexit.unr-lcssa ]
  %carried.2.0.i.epil.init = phi i64 [ 0, %B122.preheader.i ], [ %.224.i.1, %B0.endif.loopexit.unr-lcssa ]
  %letters.2.0.i.epil.init = phi i64 [ %.31.i, %B122.preheader.i ], [ %.65.i.1, %B0.endif.loopexit.unr-lcssa ]
  %digits.2.0.i.epil.init = phi i64 [ %.24.i, %B122.preheader.i ], [ %.55.i.1, %B0.endif.loopexit.unr-lcssa ]
  %at.2.0.i.epil.init = phi i64 [ 0, %B122.preheader.i ], [ %.238.i.1, %B0.endif.loopexit.unr-lcssa ]
  %44 = add i64 %at.2.0.i.epil.init, %arg.data
  %45 = add i64 %44, 64
  %.51.i.epil = inttoptr i64 %45 to ptr
  %.52.i.epil = load <64 x i8>, ptr %.51.i.epil, align 1, !noalias !0
  %.53.i.epil = add <64 x i8> %.52.i.epil, splat (i8 -48)
  %.54.i.epil = icmp ult <64 x i8> %.53.i.epil, splat (i8 10)
  %.55.i.epil = bitcast <64 x i1> %.54.i.epil to i64
  %.62.i.epil = or <64 x i8> %.52.i.epil, splat (i8 32)
  %.63.i.epil = add <64 x i8> %.62.i.epil, splat (i8 -97)
  %.64.i.epil = icmp ult <64 x i8> %.63.i.epil, splat (i8 26)
  %.65.i.epil = bitcast <64 x i1> %.64.i.epil to i64
  %.73.i.epil = shl i64 %digits.2.0.i.epil.init, 1
  %.75.i.epil = or disjoint i64 %.73.i.epil, %carried.2.0.i.epil.init
  %.79.i.epil = and i64 %.75.i.epil, %letters.2.0.i.epil.init
  %.6.i.i.epil = add i64 %.79.i.epil, %letters.2.0.i.epil.init
  %.7.i.i.epil = xor i64 %.6.i.i.epil, -1
  %.8.i.i.epil = and i64 %letters.2.0.i.epil.init, %.7.i.i.epil
  %.112.i.epil = and i64 %.65.i.epil, 1
  %.113.not.i.epil = icmp eq i64 %.112.i.epil, 0
  %.117.i.epil = sub i64 -2, %.65.i.epil
  %.119.i.epil = and i64 %.117.i.epil, %.65.i.epil
  %46 = add i64 %.119.i.epil, 1
  %.130.i.epil = select i1 %.113.not.i.epil, i64 1, i64 %46
  %.132.i.epil = and i64 %.130.i.epil, %.55.i.epil
  %.134.i.epil = tail call i64 @llvm.bitreverse.i64(i64 %letters.2.0.i.epil.init)
  %.141.i.epil = tail call i64 @llvm.bitreverse.i64(i64 %digits.2.0.i.epil.init)
  %.142.i.epil = shl i64 %.141.i.epil, 1
  %.143.not.i.epil = icmp ne i64 %.132.i.epil, 0
  %"$phi672.2.2.1.i.epil" = zext i1 %.143.not.i.epil to i64
  %.161.i.epil = or disjoint i64 %.142.i.epil, %"$phi672.2.2.1.i.epil"
  %.167.i.epil = and i64 %.161.i.epil, %.134.i.epil
  %.6.i1.i.epil = add i64 %.167.i.epil, %.134.i.epil
  %.7.i2.i.epil = xor i64 %.6.i1.i.epil, -1
  %.8.i3.i.epil = and i64 %.134.i.epil, %.7.i2.i.epil
  %.203.i.epil = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i.epil)
  %47 = or i64 %.8.i.i.epil, %.203.i.epil
  %.204.i.epil = or i64 %47, %digits.2.0.i.epil.init
  %.209.i.epil = inttoptr i64 %lsr.iv.i.epil.init to ptr
  store i64 %.204.i.epil, ptr %.209.i.epil, align 1, !noalias !0
  %.218.i.epil = inttoptr i64 %44 to ptr
  %.219.i.epil = load <64 x i8>, ptr %.218.i.epil, align 1, !noalias !0
  %.220.i.epil = icmp eq <64 x i8> %.219.i.epil, splat (i8 10)
  %.222.i.epil = inttoptr i64 %lsr.iv4.i.epil.init to ptr
  store <64 x i1> %.220.i.epil, ptr %.222.i.epil, align 1, !noalias !0
  br label %B0.endif
B0.endif:                                         ; preds = %B672.endif.i.epil.preheader, %B0.endif.loopexit.unr-lcssa, %B0
  %48 = icmp sgt i64 %arg.size, 0
  %.51 = inttoptr i64 %arg.setting to ptr
  %.52 = load i64, ptr %.51, align 1
  %.52.fr = freeze i64 %.52
  %.53 = add nsw i64 %arg.setting, 8
  %.54 = inttoptr i64 %.53 to ptr
  %.55 = load i64, ptr %.54, align 1
  %.56 = add nsw i64 %arg.setting, 16
  %.57 = inttoptr i64 %.56 to ptr
  %.58 = load i64, ptr %.57, align 1
  %.68 = add nsw i64 %arg.setting, 24
  %.69 = inttoptr i64 %.68 to ptr
  %.70 = load i64, ptr %.69, align 1
  %.71 = add nsw i64 %arg.setting, 32
  %.72 = inttoptr i64 %.71 to ptr
  %.73 = load i64, ptr %.72, align 1
  %.74 = add nsw i64 %arg.setting, 40
  %.75 = inttoptr i64 %.74 to ptr
  %.76 = load i64, ptr %.75, align 1
  %.87 = inttoptr i64 %arg.state to ptr
  %.88 = load i64, ptr %.87, align 1
  %.90 = add nsw i64 %arg.state, 8
  %.91 = inttoptr i64 %.90 to ptr
  %.92 = load i64, ptr %.91, align 1
  %.94 = add nsw i64 %arg.state, 24
  %.95 = inttoptr i64 %.94 to ptr
  %.96 = load i64, ptr %.95, align 1
  %.107 = add nsw i64 %arg.state, 32
  %.108 = inttoptr i64 %.107 to ptr
  %.109 = load i64, ptr %.108, align 1
  %.111 = add nsw i64 %arg.state, 40
  %.112 = inttoptr i64 %.111 to ptr
  %.113 = load i64, ptr %.112, align 1
  %.115 = add nsw i64 %arg.state, 56
  %.116 = inttoptr i64 %.115 to ptr
  %.117 = load i64, ptr %.116, align 1
  %.128 = add nsw i64 %arg.state, 64
  %.129 = inttoptr i64 %.128 to ptr
  %.130 = load i64, ptr %.129, align 1
  %.132 = add nsw i64 %arg.state, 72
  %.133 = inttoptr i64 %.132 to ptr
  %.134 = load i64, ptr %.133, align 1
  %.136 = add nsw i64 %arg.state, 88
  %.137 = inttoptr i64 %.136 to ptr
  %.138 = load i64, ptr %.137, align 1
  %.149 = add nsw i64 %arg.state, 96
  %.150 = inttoptr i64 %.149 to ptr
  %.151 = load i64, ptr %.150, align 1
  %.153 = add nsw i64 %arg.state, 104
  %.154 = inttoptr i64 %.153 to ptr
  %.155 = load i64, ptr %.154, align 1
  %.157 = add nsw i64 %arg.state, 112
  %.158 = inttoptr i64 %.157 to ptr
  %.159 = load i64, ptr %.158, align 1
  %.161 = add nsw i64 %arg.state, 120
  %.162 = inttoptr i64 %.161 to ptr
  %.163 = load i64, ptr %.162, align 1
  %.201 = add nsw i64 %arg.state, 16
  %.202 = inttoptr i64 %.201 to ptr
  %.203 = load i64, ptr %.202, align 1
  %.205 = add nsw i64 %arg.state, 48
  %.206 = inttoptr i64 %.205 to ptr
  %.207 = load i64, ptr %.206, align 1
  %.209 = add nsw i64 %arg.state, 80
  %.210 = inttoptr i64 %.209 to ptr
  %.211 = load i64, ptr %.210, align 1
  %.234 = add nsw i64 %arg.state, 128
  %.235 = inttoptr i64 %.234 to ptr
  %.236 = load i64, ptr %.235, align 1
  %.238 = add nsw i64 %arg.state, 136
  %.239 = inttoptr i64 %.238 to ptr
  %.240 = load i64, ptr %.239, align 1
  %.242 = add nsw i64 %arg.state, 144
  %.243 = inttoptr i64 %.242 to ptr
  %.244 = load i64, ptr %.243, align 1
  %.322 = icmp slt i64 %.203, %.96
  %or.cond = select i1 %48, i1 %.322, i1 false
  %.350 = icmp slt i64 %.207, %.117
  %or.cond761 = select i1 %or.cond, i1 %.350, i1 false
  %.442 = icmp slt i64 %.211, %.138
  %or.cond762 = select i1 %or.cond761, i1 %.442, i1 false
  br i1 %or.cond762, label %B1230.preheader, label %common.ret
B1230.preheader:                                  ; preds = %B0.endif
  %const199 = bitcast i64 -7046029254386353131 to i64
  %const = bitcast i64 5903417615651209683 to i64
  %.14.i11 = icmp sgt i64 %.52.fr, 15
  %.756 = shl i64 %.52.fr, 3
  %.26.i12 = add i64 %.756, -64
  %notmask.i13 = shl nsw i64 -1, %.26.i12
  %.30.i14 = xor i64 %notmask.i13, -1
  %.32.i15 = select i1 %.14.i11, i64 -1, i64 %.30.i14
  %.14.i43 = icmp eq i64 %.52.fr, 8
  %notmask.i45 = shl nsw i64 -1, %.756
  %.30.i46 = xor i64 %notmask.i45, -1
  %.32.i47 = select i1 %.14.i43, i64 -1, i64 %.30.i46
  %.14.i19 = icmp sgt i64 %.73, 7
  %.26.i20 = shl i64 %.73, 3
  %notmask.i21 = shl nsw i64 -1, %.26.i20
  %.30.i22 = xor i64 %notmask.i21, -1
  %.32.i23 = select i1 %.14.i19, i64 -1, i64 %.30.i22
  %.14.i27 = icmp samesign ugt i64 %.73, 15
  %.26.i28 = add i64 %.26.i20, -64
  %notmask.i29 = shl nsw i64 -1, %.26.i28
  %.30.i30 = xor i64 %notmask.i29, -1
  %.32.i31 = select i1 %.14.i27, i64 -1, i64 %.30.i30
  %.14.i35 = icmp samesign ugt i64 %.73, 23
  %.26.i36 = add i64 %.26.i20, -128
  %notmask.i37 = shl nsw i64 -1, %.26.i36
  %.30.i38 = xor i64 %notmask.i37, -1
  %.32.i39 = select i1 %.14.i35, i64 -1, i64 %.30.i38
  br label %B1230
B1230.endif:                                      ; preds = %B330.i, %B146.i
  %storemerge.i = phi i64 [ %18, %B330.i ], [ %.40.i, %B146.i ]
  %49 = icmp sgt i64 %.73, 0
  br i1 %49, label %B1318, label %B2562
B1340.endif.endif:                                ; preds = %B1318
  %.559 = add nsw i64 %at.2.1, 400
  %.13.i = tail call i64 @llvm.smin.i64(i64 %.559, i64 %storemerge.i)
  %.626 = sub i64 %.13.i, %at.2.1
  %.672844.not = icmp slt i64 %.626, 1
  br i1 %.672844.not, label %B2562, label %B1448.lr.ph
B1448.lr.ph:                                      ; preds = %B1340.endif.endif
  %50 = icmp slt i64 %.52.fr, 9
  br i1 %50, label %B1448.endif.us.preheader, label %B1448.endif.preheader
B1448.endif.preheader:                            ; preds = %B1448.lr.ph
  %51 = add i64 %.13.i, 1
  %52 = mul i64 %at.2.1, -1
  %53 = add i64 %arg.data, %at.2.1
  br label %B1448.endif
B1448.endif.us.preheader:                         ; preds = %B1448.lr.ph
  %54 = add i64 %.13.i, 1
  %55 = sub i64 %54, %at.2.1
  br label %B1448.endif.us
B1448.endif.us:                                   ; preds = %B1448.endif.us.preheader, %B1658.us
  %lsr.iv190 = phi i64 [ %55, %B1448.endif.us.preheader ], [ %lsr.iv.next191, %B1658.us ]
  %.678841845.us = phi i64 [ %.685.us, %B1658.us ], [ %at.2.1, %B1448.endif.us.preheader ]
  %56 = add i64 %arg.data, %.678841845.us
  %.8.i41 = inttoptr i64 %56 to ptr
  %.9.i42 = load i64, ptr %.8.i41, align 1, !noalias !27
  %"$phi220.0.2.0.i48" = and i64 %.9.i42, %.32.i47
  %.745.us = icmp eq i64 %"$phi220.0.2.0.i48", %.55
  br i1 %.745.us, label %B1638, label %B1658.us
B1658.us:                                         ; preds = %B1448.endif.us
  %.685.us = add i64 %.678841845.us, 1
  %lsr.iv.next191 = add i64 %lsr.iv190, -1
  %.672.us = icmp samesign ugt i64 %lsr.iv.next191, 1
  br i1 %.672.us, label %B1448.endif.us, label %B2562
B1448.endif:                                      ; preds = %B1448.endif.preheader, %B1658
  %lsr.iv188 = phi i64 [ %53, %B1448.endif.preheader ], [ %lsr.iv.next189, %B1658 ]
  %lsr.iv = phi i64 [ %52, %B1448.endif.preheader ], [ %lsr.iv.next, %B1658 ]
  %.8.i = inttoptr i64 %lsr.iv188 to ptr
  %.9.i = load i64, ptr %.8.i, align 1, !noalias !30
  %.745 = icmp eq i64 %.9.i, %.55
  br i1 %.745, label %B1544.endif, label %B1658
B1544.endif:                                      ; preds = %B1448.endif
  %57 = add i64 %lsr.iv188, 8
  %.8.i9 = inttoptr i64 %57 to ptr
  %.9.i10 = load i64, ptr %.8.i9, align 1, !noalias !33
  %"$phi220.0.2.0.i16" = and i64 %.9.i10, %.32.i15
  %.782 = icmp eq i64 %"$phi220.0.2.0.i16", %.58
  br i1 %.782, label %B1638.loopexit186, label %B1658
B1694.endif:                                      ; preds = %B1674
  %58 = icmp sgt i64 %.73, 8
  %.875 = add nsw i64 %where.3.1, %arg.data
  %.8.i17 = inttoptr i64 %.875 to ptr
  %.9.i18 = load i64, ptr %.8.i17, align 1, !noalias !36
  %"$phi220.0.2.0.i24" = and i64 %.9.i18, %.32.i23
  br i1 %58, label %B1832, label %B1934
B2026.endif.endif.endif:                          ; preds = %B292.i
  %.6.i = xor i64 %"$phi220.0.2.0.i24", %const
  %.7.i = mul i64 %.6.i, %const199
  %.8.i53 = lshr i64 %.7.i, 32
  %.9.i54 = xor i64 %.8.i53, %.7.i
  %.6.i59 = xor i64 %.9.i54, %"$phi1832.0.2.2721"
  %.7.i60 = mul i64 %.6.i59, %const199
  %.8.i61 = lshr i64 %.7.i60, 32
  %59 = xor i64 %"$phi1934.0.2.2", %.8.i61
  %.6.i63 = xor i64 %59, %.7.i60
  %.7.i64 = mul i64 %.6.i63, %const199
  %.8.i65 = lshr i64 %.7.i64, 32
  %.9.i66 = xor i64 %.8.i65, %.7.i64
  %.1248 = or i64 %.9.i66, 1
  %.14.i67 = lshr i64 %.9.i66, 20
  br label %B94.i
B94.i:                                            ; preds = %B94.i, %B2026.endif.endif.endif
  %.14.pn.i = phi i64 [ %.14.i67, %B2026.endif.endif.endif ], [ %.56.i, %B94.i ]
  %slot.2.0.i = and i64 %.14.pn.i, %.113
  %.22.i68 = shl nsw i64 %slot.2.0.i, 4
  %.24.i69 = add nsw i64 %.22.i68, %.109
  %.25.i = inttoptr i64 %.24.i69 to ptr
  %.26.i70 = load i64, ptr %.25.i, align 1, !noalias !39
  %.32.i71 = icmp eq i64 %.26.i70, %.1248
  %.35.i = icmp eq i64 %.26.i70, 0
  %or.cond.i = or i1 %.32.i71, %.35.i
  %.56.i = add nsw i64 %slot.2.0.i, 1
  br i1 %or.cond.i, label %B2026.endif.endif.endif.endif, label %B94.i
B2026.endif.endif.endif.endif:                    ; preds = %B94.i
  %60 = icmp eq i64 %.26.i70, 0
  br i1 %60, label %B2280, label %B2026.endif.endif.endif.endif.B2500_crit_edge
B2026.endif.endif.endif.endif.B2500_crit_edge:    ; preds = %B2026.endif.endif.endif.endif
  %.pre1066 = add nsw i64 %.24.i69, 8
  %.pre1067 = inttoptr i64 %.pre1066 to ptr
  br label %B2500
B2562.endif:                                      ; preds = %B520.endif.i, %B438.endif.i, %B2562
  %hashed.8.1.i = phi i64 [ %const, %B2562 ], [ %.9.i28.i, %B438.endif.i ], [ %.9.i28.i, %B520.endif.i ]
  %.1548 = or i64 %hashed.8.1.i, 1
  %.14.i72 = lshr i64 %hashed.8.1.i, 20
  br label %B94.i73
B94.i73:                                          ; preds = %B94.i73, %B2562.endif
  %.14.pn.i74 = phi i64 [ %.14.i72, %B2562.endif ], [ %.56.i83, %B94.i73 ]
  %slot.2.0.i75 = and i64 %.14.pn.i74, %.92
  %.22.i76 = shl nsw i64 %slot.2.0.i75, 4
  %.24.i77 = add nsw i64 %.22.i76, %.88
  %.25.i78 = inttoptr i64 %.24.i77 to ptr
  %.26.i79 = load i64, ptr %.25.i78, align 1, !noalias !42
  %.32.i80 = icmp eq i64 %.26.i79, %.1548
  %.35.i81 = icmp eq i64 %.26.i79, 0
  %or.cond.i82 = or i1 %.32.i80, %.35.i81
  %.56.i83 = add nsw i64 %slot.2.0.i75, 1
  br i1 %or.cond.i82, label %B2562.endif.endif, label %B94.i73
B2562.endif.endif:                                ; preds = %B94.i73
  %61 = icmp eq i64 %.26.i79, 0
  br i1 %61, label %B2712, label %B2562.endif.endif.B2982_crit_edge
B2562.endif.endif.B2982_crit_edge:                ; preds = %B2562.endif.endif
  %.pre = add nsw i64 %.24.i77, 8
  %.pre1063 = inttoptr i64 %.pre to ptr
  br label %B2982.endif
B2982.endif:                                      ; preds = %B2712, %B2562.endif.endif.B2982_crit_edge
  %.1645.pre-phi = phi ptr [ %.pre1063, %B2562.endif.endif.B2982_crit_edge ], [ %.1597, %B2712 ]
  %n_shapes.3.2 = phi i64 [ %n_shapes.2.1, %B2562.endif.endif.B2982_crit_edge ], [ %.1629, %B2712 ]
  %n_fresh.3.2 = phi i64 [ %n_fresh.2.1, %B2562.endif.endif.B2982_crit_edge ], [ %.1623, %B2712 ]
  %.1646 = load i64, ptr %.1645.pre-phi, align 1
  %.1647 = shl nsw i64 %.1646, 3
  %.1649 = add nsw i64 %.1647, %.163
  %.1652 = add nsw i64 %at.2.1, %.240
  %.1655 = inttoptr i64 %.1649 to ptr
  store i64 %.1652, ptr %.1655, align 1
  %.1658 = shl i64 %cut.2.2, 32
  %.1659 = add i64 %.1658, 4294967296
  %.1660 = add nsw i64 %.1646, 1
  %.1661 = or i64 %.1660, %.1659
  %.6.i55 = xor i64 %.1661, %const
  %.7.i56 = mul i64 %.6.i55, %const199
  %.8.i57 = lshr i64 %.7.i56, 32
  %.9.i58 = xor i64 %.8.i57, %.7.i56
  %"$phi3318.0.2.1" = tail call i64 @llvm.umax.i64(i64 %.9.i58, i64 1)
  %.14.i85 = lshr i64 %"$phi3318.0.2.1", 20
  br label %B94.i86
B94.i86:                                          ; preds = %B94.i86, %B2982.endif
  %.14.pn.i87 = phi i64 [ %.14.i85, %B2982.endif ], [ %.56.i96, %B94.i86 ]
  %slot.2.0.i88 = and i64 %.14.pn.i87, %.134
  %.22.i89 = shl nsw i64 %slot.2.0.i88, 4
  %.24.i90 = add nsw i64 %.22.i89, %.130
  %.25.i91 = inttoptr i64 %.24.i90 to ptr
  %.26.i92 = load i64, ptr %.25.i91, align 1, !noalias !45
  %.32.i93 = icmp eq i64 %.26.i92, %"$phi3318.0.2.1"
  %.35.i94 = icmp eq i64 %.26.i92, 0
  %or.cond.i95 = or i1 %.32.i93, %.35.i94
  %.56.i96 = add nsw i64 %slot.2.0.i88, 1
  br i1 %or.cond.i95, label %B3318.endif, label %B94.i86
B3318.endif:                                      ; preds = %B94.i86
  %62 = icmp eq i64 %.26.i92, 0
  br i1 %62, label %B3392, label %B3318.endif.B3638_crit_edge
B3318.endif.B3638_crit_edge:                      ; preds = %B3318.endif
  %sunkaddr219 = inttoptr i64 %.22.i89 to ptr
  %sunkaddr220 = getelementptr i8, ptr %sunkaddr219, i64 %.130
  %sunkaddr221 = getelementptr i8, ptr %sunkaddr220, i64 8
  %.1818.pre = load i64, ptr %sunkaddr221, align 1
  %.pre158 = shl nsw i64 %.1818.pre, 4
  br label %B3638
}
declare i64 @llvm.umax.i64(i64, i64) #1
declare i64 @llvm.bitreverse.i64(i64) #1
declare i64 @llvm.cttz.i64(i64, i1 immarg) #2
declare i64 @llvm.smin.i64(i64, i64) #1
declare void @llvm.assume(i1 noundef) #3
declare i64 @llvm.fshl.i64(i64, i64, i64) #4
attributes #0 = { nofree norecurse nosync nounwind memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) }
attributes #1 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #2 = { mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #3 = { nocallback nofree nosync nounwind willreturn memory(inaccessiblemem: write) }
attributes #4 = { nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
!0 = !{!1}
!1 = distinct !{!1, !2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!2 = distinct !{!2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!3 = !{!4}
!4 = distinct !{!4, !5, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!5 = distinct !{!5, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!6 = !{!7}
!7 = distinct !{!7, !8, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!8 = distinct !{!8, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!9 = !{!10}
!10 = distinct !{!10, !11, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!11 = distinct !{!11, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!12 = !{!13}
!13 = distinct !{!13, !14, !"_ZN8__main__8_stampedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!14 = distinct !{!14, !"_ZN8__main__8_stampedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!15 = !{!16, !18}
!16 = distinct !{!16, !17, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!17 = distinct !{!17, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!18 = distinct !{!18, !19, !"_ZN8__main__6_shapeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!19 = distinct !{!19, !"_ZN8__main__6_shapeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!20 = !{!21, !18}
!21 = distinct !{!21, !22, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!22 = distinct !{!22, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!23 = !{!18}
!24 = !{!25, !18}
!25 = distinct !{!25, !26, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!26 = distinct !{!26, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!27 = !{!28}
!28 = distinct !{!28, !29, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!29 = distinct !{!29, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!30 = !{!31}
!31 = distinct !{!31, !32, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!32 = distinct !{!32, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!33 = !{!34}
!34 = distinct !{!34, !35, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!35 = distinct !{!35, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!36 = !{!37}
!37 = distinct !{!37, !38, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!38 = distinct !{!38, !"_ZN8__main__5_partB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!39 = !{!40}
!40 = distinct !{!40, !41, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!41 = distinct !{!41, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!42 = !{!43}
!43 = distinct !{!43, !44, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!44 = distinct !{!44, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!45 = !{!46}
!46 = distinct !{!46, !47, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!47 = distinct !{!47, !"_ZN8__main__6_foundB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
