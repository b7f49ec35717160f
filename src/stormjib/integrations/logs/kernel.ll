; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 4d87e7c694a7c5fd598291ee9893c3ba4fc0270e8894adf256dd0ca9bca2a52a
@_ZN08NumbaEnv8__main__5countB2v1B58c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAQ4s_2fqErM2IZJFEEM0wQAExxxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_behindB2v3B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_timedB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_placeB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_stampedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_shapeB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_min12_3clocals_3e4implB2v7B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBFmRMMkiiDmaAIAE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_notedB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_countedB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_mixedB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
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
  %lsr.iv134 = phi i64 [ %lsr.iv.next135, %B672.endif.i ], [ %unroll_iter, %B122.preheader.i.new ]
  %lsr.iv132 = phi i64 [ %lsr.iv.next133, %B672.endif.i ], [ %arg.data, %B122.preheader.i.new ]
  %lsr.iv4.i = phi i64 [ %arg.ends, %B122.preheader.i.new ], [ %14, %B672.endif.i ]
  %lsr.iv.i = phi i64 [ %arg.variable, %B122.preheader.i.new ], [ %13, %B672.endif.i ]
  %carried.2.0.i = phi i64 [ 0, %B122.preheader.i.new ], [ %.224.i.1, %B672.endif.i ]
  %letters.2.0.i = phi i64 [ %.31.i, %B122.preheader.i.new ], [ %.65.i.1, %B672.endif.i ]
  %digits.2.0.i = phi i64 [ %.24.i, %B122.preheader.i.new ], [ %.55.i.1, %B672.endif.i ]
  %at.2.0.i = phi i64 [ 0, %B122.preheader.i.new ], [ %.238.i.1, %B672.endif.i ]
  %4 = add i64 %lsr.iv132, 64
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
  %.218.i = inttoptr i64 %lsr.iv132 to ptr
  %.219.i = load <64 x i8>, ptr %.218.i, align 1, !noalias !0
  %.220.i = icmp eq <64 x i8> %.219.i, splat (i8 10)
  %.222.i = inttoptr i64 %lsr.iv4.i to ptr
  store <64 x i1> %.220.i, ptr %.222.i, align 1, !noalias !0
  %7 = add i64 %lsr.iv132, 64
  %8 = add i64 %lsr.iv132, 128
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
  %lsr.iv.next133 = add i64 %lsr.iv132, 128
  %lsr.iv.next135 = add i64 %lsr.iv134, -2
  %niter.ncmp.1.not = icmp eq i64 %lsr.iv.next135, 0
  %13 = add i64 %11, 8
  %14 = add i64 %12, 8
  br i1 %niter.ncmp.1.not, label %B170.preheader.unr-lcssa, label %B672.endif.i
B170:                                             ; preds = %B170.preheader, %B556.endif.endif.endif
  %at.2.0 = phi i64 [ %.309, %B556.endif.endif.endif ], [ 0, %B170.preheader ]
  %sunkaddr = inttoptr i64 %arg.state to ptr
  %sunkaddr137 = getelementptr i8, ptr %sunkaddr, i64 16
  %.78 = load i64, ptr %sunkaddr137, align 1
  %sunkaddr138 = inttoptr i64 %arg.state to ptr
  %sunkaddr139 = getelementptr i8, ptr %sunkaddr138, i64 24
  %.82 = load i64, ptr %sunkaddr139, align 1
  %.83.not = icmp slt i64 %.78, %.82
  br i1 %.83.not, label %B246, label %common.ret
B246:                                             ; preds = %B170
  %sunkaddr140 = inttoptr i64 %arg.state to ptr
  %sunkaddr141 = getelementptr i8, ptr %sunkaddr140, i64 48
  %.88 = load i64, ptr %sunkaddr141, align 1
  %sunkaddr142 = inttoptr i64 %arg.state to ptr
  %sunkaddr143 = getelementptr i8, ptr %sunkaddr142, i64 56
  %.92 = load i64, ptr %sunkaddr143, align 1
  %.93.not = icmp slt i64 %.88, %.92
  br i1 %.93.not, label %B322, label %common.ret
B322:                                             ; preds = %B246
  %sunkaddr144 = inttoptr i64 %arg.state to ptr
  %sunkaddr145 = getelementptr i8, ptr %sunkaddr144, i64 80
  %.98 = load i64, ptr %sunkaddr145, align 1
  %sunkaddr146 = inttoptr i64 %arg.state to ptr
  %sunkaddr147 = getelementptr i8, ptr %sunkaddr146, i64 88
  %.102 = load i64, ptr %sunkaddr147, align 1
  %.103.not = icmp slt i64 %.98, %.102
  br i1 %.103.not, label %B402, label %common.ret
B402:                                             ; preds = %B322
  %15 = ashr i64 %at.2.0, 3
  %.15.i = and i64 %15, -8
  %.17.i = add nsw i64 %.15.i, %arg.ends
  %.18.i = inttoptr i64 %.17.i to ptr
  %.19.i = load i64, ptr %.18.i, align 1, !noalias !3
  %.23.i2 = and i64 %at.2.0, 63
  %.24.i3 = lshr i64 %.19.i, %.23.i2
  %.29.not.i = icmp eq i64 %.24.i3, 0
  br i1 %.29.not.i, label %B218.i, label %B146.i
B146.i:                                           ; preds = %B402
  %.36.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i3, i1 true)
  %.40.i = add nsw i64 %.36.i, %at.2.0
  br label %B402.endif
B218.i:                                           ; preds = %B402
  %16 = and i64 %at.2.0, -64
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
  br label %B402.endif
B516:                                             ; preds = %B402.endif
  %19 = sub nsw i64 0, %at.2.0
  %sunkaddr148 = inttoptr i64 %arg.setting to ptr
  %.18.i.i = load i64, ptr %sunkaddr148, align 1, !noalias !6
  %.18.fr.i.i = freeze i64 %.18.i.i
  %sunkaddr149 = inttoptr i64 %arg.setting to ptr
  %sunkaddr150 = getelementptr i8, ptr %sunkaddr149, i64 24
  %.22.i.i = load i64, ptr %sunkaddr150, align 1, !noalias !6
  %.30.i.i = icmp eq i64 %.18.fr.i.i, 0
  br i1 %.30.i.i, label %B82.i.i, label %B92.endif.endif.i.i
B82.i.i:                                          ; preds = %B516
  %.42.i.i = add nsw i64 %.22.i.i, %at.2.0
  br label %B0.endif.i
B454.loopexit48.i.i:                              ; preds = %B308.endif.i.i
  %20 = mul i64 %lsr.iv51.i.i, -1
  br label %B454.i.i
B454.i.i:                                         ; preds = %B170.endif.us.i.i, %B454.loopexit48.i.i
  %.us-phi101.i.i = phi i64 [ %20, %B454.loopexit48.i.i ], [ %.1709094.us.i.i, %B170.endif.us.i.i ]
  %.290.i.i = add i64 %.22.i.i, %.18.fr.i.i
  %.296.i.i = add i64 %.290.i.i, %.us-phi101.i.i
  br label %B0.endif.i
B474.i.i:                                         ; preds = %B308.endif.i.i, %B170.endif.i.i
  %lsr.iv.next52.i.i = add i64 %lsr.iv51.i.i, -1
  %lsr.iv.next54.i.i = add i64 %lsr.iv53.i.i, 1
  %21 = add i64 %23, %lsr.iv.next52.i.i
  %.164.i.i = icmp samesign ugt i64 %21, 1
  br i1 %.164.i.i, label %B170.endif.i.i, label %B0.endif.i
B92.endif.endif.i.i:                              ; preds = %B516
  %.50.i.i = add nsw i64 %at.2.0, 400
  %.13.i.i.i = tail call i64 @llvm.smin.i64(i64 %.50.i.i, i64 %storemerge.i)
  %.121.i.i = sub i64 %.13.i.i.i, %at.2.0
  %.16493.not.i.i = icmp slt i64 %.121.i.i, 1
  br i1 %.16493.not.i.i, label %B0.endif.i, label %B170.lr.ph.i.i
B170.lr.ph.i.i:                                   ; preds = %B92.endif.endif.i.i
  %.241.i.i = icmp slt i64 %.18.fr.i.i, 9
  br i1 %.241.i.i, label %B170.endif.us.preheader.i.i, label %B170.endif.preheader.i.i
B170.endif.preheader.i.i:                         ; preds = %B170.lr.ph.i.i
  %sunkaddr151 = inttoptr i64 %arg.setting to ptr
  %sunkaddr152 = getelementptr i8, ptr %sunkaddr151, i64 8
  %.237.i.i = load i64, ptr %sunkaddr152, align 1, !noalias !6
  %.14.i3.i.i = icmp samesign ugt i64 %.18.fr.i.i, 15
  %.249.i.i = shl i64 %.18.fr.i.i, 3
  %.26.i4.i.i = add i64 %.249.i.i, -64
  %notmask.i5.i.i = shl nsw i64 -1, %.26.i4.i.i
  %.30.i6.i.i = xor i64 %notmask.i5.i.i, -1
  %.32.i7.i.i = select i1 %.14.i3.i.i, i64 -1, i64 %.30.i6.i.i
  %22 = add i64 %at.2.0, %arg.data
  %23 = add i64 %.13.i.i.i, 1
  br label %B170.endif.i.i
B170.endif.us.preheader.i.i:                      ; preds = %B170.lr.ph.i.i
  %.14.i11.i.i = icmp eq i64 %.18.fr.i.i, 8
  %.26.i12.i.i = shl nsw i64 %.18.fr.i.i, 3
  %notmask.i13.i.i = shl nsw i64 -1, %.26.i12.i.i
  %.30.i14.i.i = xor i64 %notmask.i13.i.i, -1
  %.32.i15.i.i = select i1 %.14.i11.i.i, i64 -1, i64 %.30.i14.i.i
  %sunkaddr153 = inttoptr i64 %arg.setting to ptr
  %sunkaddr154 = getelementptr i8, ptr %sunkaddr153, i64 8
  %.237.us.i.i = load i64, ptr %sunkaddr154, align 1, !noalias !6
  %24 = add nuw i64 %.121.i.i, 1
  br label %B170.endif.us.i.i
B170.endif.us.i.i:                                ; preds = %B474.us.i.i, %B170.endif.us.preheader.i.i
  %lsr.iv.i.i = phi i64 [ %24, %B170.endif.us.preheader.i.i ], [ %lsr.iv.next.i.i, %B474.us.i.i ]
  %.1709094.us.i.i = phi i64 [ %at.2.0, %B170.endif.us.preheader.i.i ], [ %.177.us.i.i, %B474.us.i.i ]
  %25 = add i64 %arg.data, %.1709094.us.i.i
  %.8.i9.i.i = inttoptr i64 %25 to ptr
  %.9.i10.i.i = load i64, ptr %.8.i9.i.i, align 1, !noalias !11
  %"$phi230.0.2.0.i16.i.i" = and i64 %.9.i10.i.i, %.32.i15.i.i
  %.238.us.i.i = icmp eq i64 %"$phi230.0.2.0.i16.i.i", %.237.us.i.i
  br i1 %.238.us.i.i, label %B454.i.i, label %B474.us.i.i
B474.us.i.i:                                      ; preds = %B170.endif.us.i.i
  %.177.us.i.i = add i64 %.1709094.us.i.i, 1
  %lsr.iv.next.i.i = add i64 %lsr.iv.i.i, -1
  %.164.us.i.i = icmp samesign ugt i64 %lsr.iv.next.i.i, 1
  br i1 %.164.us.i.i, label %B170.endif.us.i.i, label %B0.endif.i
B170.endif.i.i:                                   ; preds = %B170.endif.preheader.i.i, %B474.i.i
  %lsr.iv53.i.i = phi i64 [ %22, %B170.endif.preheader.i.i ], [ %lsr.iv.next54.i.i, %B474.i.i ]
  %lsr.iv51.i.i = phi i64 [ %19, %B170.endif.preheader.i.i ], [ %lsr.iv.next52.i.i, %B474.i.i ]
  %.8.i.i.i = inttoptr i64 %lsr.iv53.i.i to ptr
  %.9.i.i.i = load i64, ptr %.8.i.i.i, align 1, !noalias !14
  %.238.i.i = icmp eq i64 %.9.i.i.i, %.237.i.i
  br i1 %.238.i.i, label %B308.endif.i.i, label %B474.i.i
B308.endif.i.i:                                   ; preds = %B170.endif.i.i
  %26 = add i64 %lsr.iv53.i.i, 8
  %.8.i1.i.i = inttoptr i64 %26 to ptr
  %.9.i2.i.i = load i64, ptr %.8.i1.i.i, align 1, !noalias !17
  %"$phi230.0.2.0.i8.i.i" = and i64 %.9.i2.i.i, %.32.i7.i.i
  %sunkaddr155 = inttoptr i64 %arg.setting to ptr
  %sunkaddr156 = getelementptr i8, ptr %sunkaddr155, i64 16
  %.277.i.i = load i64, ptr %sunkaddr156, align 1, !noalias !6
  %.278.i.i = icmp eq i64 %"$phi230.0.2.0.i8.i.i", %.277.i.i
  br i1 %.278.i.i, label %B454.loopexit48.i.i, label %B474.i.i
B246.i:                                           ; preds = %B98.endif.i
  %.122.i = add nsw i64 %.86.i, 8
  %.8.i2.i = inttoptr i64 %.122.i to ptr
  %.9.i3.i = load i64, ptr %.8.i2.i, align 1, !noalias !20
  %.14.i4.i = icmp samesign ugt i64 %.156, 15
  %.26.i5.i = add i64 %.26.i.i, -64
  %notmask.i6.i = shl nsw i64 -1, %.26.i5.i
  %.30.i7.i = xor i64 %notmask.i6.i, -1
  %.32.i8.i = select i1 %.14.i4.i, i64 -1, i64 %.30.i7.i
  %"$phi230.0.2.0.i9.i" = and i64 %.9.i3.i, %.32.i8.i
  %.164.i = icmp samesign ugt i64 %.156, 16
  br i1 %.164.i, label %B276.i, label %B364.i
B276.i:                                           ; preds = %B246.i
  %.170.i = add nsw i64 %.86.i, 16
  %.8.i10.i = inttoptr i64 %.170.i to ptr
  %.9.i11.i = load i64, ptr %.8.i10.i, align 1, !noalias !23
  %.14.i12.i = icmp samesign ugt i64 %.156, 23
  %.26.i13.i = add i64 %.26.i.i, -128
  %notmask.i14.i = shl nsw i64 -1, %.26.i13.i
  %.30.i15.i = xor i64 %notmask.i14.i, -1
  %.32.i16.i = select i1 %.14.i12.i, i64 -1, i64 %.30.i15.i
  %"$phi230.0.2.0.i17.i" = and i64 %.9.i11.i, %.32.i16.i
  br label %B364.i
B364.i:                                           ; preds = %B98.endif.i, %B276.i, %B246.i
  %"$phi246.0.2.099.i" = phi i64 [ 0, %B98.endif.i ], [ %"$phi230.0.2.0.i9.i", %B246.i ], [ %"$phi230.0.2.0.i9.i", %B276.i ]
  %"$phi364.0.2.0.i" = phi i64 [ 0, %B98.endif.i ], [ 0, %B246.i ], [ %"$phi230.0.2.0.i17.i", %B276.i ]
  %sunkaddr157 = inttoptr i64 %arg.state to ptr
  %sunkaddr158 = getelementptr i8, ptr %sunkaddr157, i64 168
  %.213.i = load i64, ptr %sunkaddr158, align 1, !noalias !26
  %.215.i = icmp eq i64 %.213.i, %"$phi230.0.2.0.i.i"
  br i1 %.215.i, label %B524.i, label %B58.i.preheader.i
B524.i:                                           ; preds = %B364.i
  %sunkaddr159 = inttoptr i64 %arg.state to ptr
  %sunkaddr160 = getelementptr i8, ptr %sunkaddr159, i64 176
  %.223.i = load i64, ptr %sunkaddr160, align 1, !noalias !26
  %.225.i = icmp eq i64 %.223.i, %"$phi246.0.2.099.i"
  br i1 %.225.i, label %B530.i, label %B58.i.preheader.i
B530.i:                                           ; preds = %B524.i
  %sunkaddr161 = inttoptr i64 %arg.state to ptr
  %sunkaddr162 = getelementptr i8, ptr %sunkaddr161, i64 184
  %.236.i = load i64, ptr %sunkaddr162, align 1, !noalias !26
  %.238.not.i = icmp eq i64 %.236.i, %"$phi364.0.2.0.i"
  br i1 %.238.not.i, label %B1194.i, label %B58.i.preheader.i
B58.i.preheader.i:                                ; preds = %B364.i, %B524.i, %B530.i
  %sunkaddr163 = inttoptr i64 %arg.setting to ptr
  %sunkaddr164 = getelementptr i8, ptr %sunkaddr163, i64 40
  %.254.i = load i64, ptr %sunkaddr164, align 1, !noalias !26
  br label %B58.i.i
B58.i.i:                                          ; preds = %B292.i.i, %B58.i.preheader.i
  %lsr.iv3.i.i = phi i64 [ %lsr.iv.next4.i.i, %B292.i.i ], [ %.156, %B58.i.preheader.i ]
  %lsr.iv1.i.i = phi i64 [ %lsr.iv.next2.i.i, %B292.i.i ], [ %.86.i, %B58.i.preheader.i ]
  %lsr.iv.i19.i = phi i64 [ %lsr.iv.next.i20.i, %B292.i.i ], [ %.254.i, %B58.i.preheader.i ]
  %.152.i.i = inttoptr i64 %lsr.iv1.i.i to ptr
  %.153.i.i = load i64, ptr %.152.i.i, align 1, !noalias !27
  %27 = and i64 %.153.i.i, 255
  %.160.i.i = inttoptr i64 %lsr.iv.i19.i to ptr
  %.161.i.i = load i64, ptr %.160.i.i, align 1, !noalias !27
  %28 = and i64 %.161.i.i, 255
  %29 = add nsw i64 %27, -48
  %trunc.i.i = trunc i64 %28 to i8
  %30 = zext i8 %trunc.i.i to i32
  switch i32 %30, label %B274.i.i [
    i32 0, label %B226.i.i
    i32 1, label %B242.i.i
    i32 2, label %B258.i.i
  ]
B226.i.i:                                         ; preds = %B58.i.i
  %31 = icmp ult i64 %29, 10
  %.262.old.i.i = icmp eq i64 %28, %27
  %or.cond76.i.i = or i1 %31, %.262.old.i.i
  br i1 %or.cond76.i.i, label %B292.i.i, label %B556
B242.i.i:                                         ; preds = %B58.i.i
  %.201.i.i = or i64 %27, 32
  %32 = add nsw i64 %.201.i.i, -97
  %"$phi212.1.2.1.i.i" = icmp ult i64 %32, 26
  %.262.old.old.i.i = icmp eq i64 %28, %27
  %or.cond77.i.i = select i1 %"$phi212.1.2.1.i.i", i1 true, i1 %.262.old.old.i.i
  br i1 %or.cond77.i.i, label %B292.i.i, label %B556
B258.i.i:                                         ; preds = %B58.i.i
  %33 = icmp ult i64 %29, 10
  %.256.i.i = icmp eq i64 %27, 32
  %.262.i.i = icmp eq i64 %28, %27
  %34 = or i1 %.256.i.i, %.262.i.i
  %or.cond75.i.i = or i1 %33, %34
  br i1 %or.cond75.i.i, label %B292.i.i, label %B556
B274.i.i:                                         ; preds = %B58.i.i
  %.262.old.old.old.i.i = icmp eq i64 %28, %27
  br i1 %.262.old.old.old.i.i, label %B292.i.i, label %B556
B292.i.i:                                         ; preds = %B274.i.i, %B258.i.i, %B242.i.i, %B226.i.i
  %lsr.iv.next.i20.i = add i64 %lsr.iv.i19.i, 1
  %lsr.iv.next2.i.i = add i64 %lsr.iv1.i.i, 1
  %lsr.iv.next4.i.i = add i64 %lsr.iv3.i.i, -1
  %exitcond.not.i.i = icmp eq i64 %lsr.iv.next4.i.i, 0
  br i1 %exitcond.not.i.i, label %B696.endif.endif.endif.i, label %B58.i.i
B1194.i:                                          ; preds = %B696.endif.endif.endif.endif.i, %B530.i
  %.461.i = phi i64 [ %.461.pre.i, %B696.endif.endif.endif.endif.i ], [ %.18.fr.i.i, %B530.i ]
  %.464.i = icmp eq i64 %.461.i, 0
  %spec.select.i = select i1 %.464.i, i64 %.62.i11, i64 %at.2.0
  br label %B556
B0.endif.i:                                       ; preds = %B474.i.i, %B474.us.i.i, %B92.endif.endif.i.i, %B454.i.i, %B82.i.i
  %arg.end.sink.i.i = phi i64 [ %.42.i.i, %B82.i.i ], [ %.296.i.i, %B454.i.i ], [ %storemerge.i, %B92.endif.endif.i.i ], [ %storemerge.i, %B474.us.i.i ], [ %storemerge.i, %B474.i.i ]
  %.62.i11 = add nsw i64 %arg.end.sink.i.i, %.156
  %.64.i12 = icmp sgt i64 %.62.i11, %storemerge.i
  br i1 %.64.i12, label %B556, label %B98.endif.i
B98.endif.i:                                      ; preds = %B0.endif.i
  %.86.i = add nsw i64 %arg.end.sink.i.i, %arg.data
  %.8.i.i13 = inttoptr i64 %.86.i to ptr
  %.9.i.i = load i64, ptr %.8.i.i13, align 1, !noalias !30
  %.14.i.i = icmp sgt i64 %.156, 7
  %.26.i.i = shl i64 %.156, 3
  %notmask.i.i = shl nsw i64 -1, %.26.i.i
  %.30.i1.i = xor i64 %notmask.i.i, -1
  %.32.i.i = select i1 %.14.i.i, i64 -1, i64 %.30.i1.i
  %"$phi230.0.2.0.i.i" = and i64 %.9.i.i, %.32.i.i
  %.116.i = icmp sgt i64 %.156, 8
  br i1 %.116.i, label %B246.i, label %B364.i
B696.endif.endif.endif.i:                         ; preds = %B292.i.i
  %sunkaddr165 = inttoptr i64 %arg.state to ptr
  %sunkaddr166 = getelementptr i8, ptr %sunkaddr165, i64 168
  store i64 %"$phi230.0.2.0.i.i", ptr %sunkaddr166, align 1, !noalias !26
  %sunkaddr167 = inttoptr i64 %arg.state to ptr
  %sunkaddr168 = getelementptr i8, ptr %sunkaddr167, i64 176
  store i64 %"$phi246.0.2.099.i", ptr %sunkaddr168, align 1, !noalias !26
  %sunkaddr169 = inttoptr i64 %arg.state to ptr
  %sunkaddr170 = getelementptr i8, ptr %sunkaddr169, i64 184
  store i64 %"$phi364.0.2.0.i", ptr %sunkaddr170, align 1, !noalias !26
  %.6.i.i14 = xor i64 %"$phi230.0.2.0.i.i", %const
  %.7.i.i15 = mul i64 %.6.i.i14, %const136
  %.8.i21.i = lshr i64 %.7.i.i15, 32
  %.9.i22.i = xor i64 %.8.i21.i, %.7.i.i15
  %.6.i23.i = xor i64 %.9.i22.i, %"$phi246.0.2.099.i"
  %.7.i24.i = mul i64 %.6.i23.i, %const136
  %.8.i25.i = lshr i64 %.7.i24.i, 32
  %35 = xor i64 %"$phi364.0.2.0.i", %.8.i25.i
  %.6.i27.i = xor i64 %35, %.7.i24.i
  %.7.i28.i = mul i64 %.6.i27.i, %const136
  %.8.i29.i = lshr i64 %.7.i28.i, 32
  %.9.i30.i = xor i64 %.8.i29.i, %.7.i28.i
  %.408.i = or i64 %.9.i30.i, 1
  %sunkaddr171 = inttoptr i64 %arg.state to ptr
  %sunkaddr172 = getelementptr i8, ptr %sunkaddr171, i64 32
  %.22.i32.i = load i64, ptr %sunkaddr172, align 1, !noalias !33
  %sunkaddr173 = inttoptr i64 %arg.state to ptr
  %sunkaddr174 = getelementptr i8, ptr %sunkaddr173, i64 40
  %.26.i33.i = load i64, ptr %sunkaddr174, align 1, !noalias !33
  %.14.i.i.i = lshr i64 %.9.i30.i, 20
  br label %B94.i.i.i
B94.i.i.i:                                        ; preds = %B94.i.i.i, %B696.endif.endif.endif.i
  %.14.pn.i.i.i = phi i64 [ %.14.i.i.i, %B696.endif.endif.endif.i ], [ %.56.i.i.i, %B94.i.i.i ]
  %slot.2.0.i.i.i = and i64 %.14.pn.i.i.i, %.26.i33.i
  %.22.i.i.i = shl nsw i64 %slot.2.0.i.i.i, 4
  %.24.i.i.i = add nsw i64 %.22.i.i.i, %.22.i32.i
  %.25.i.i.i = inttoptr i64 %.24.i.i.i to ptr
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 1, !noalias !36
  %.32.i.i.i = icmp eq i64 %.26.i.i.i, %.408.i
  %.35.i.i.i = icmp eq i64 %.26.i.i.i, 0
  %or.cond.i.i.i = or i1 %.32.i.i.i, %.35.i.i.i
  %.56.i.i.i = add nsw i64 %slot.2.0.i.i.i, 1
  br i1 %or.cond.i.i.i, label %B0.endif.i.i, label %B94.i.i.i
B136.i.i:                                         ; preds = %B0.endif.i.i
  %36 = inttoptr i64 %.24.i.i.i to ptr
  %sunkaddr175 = inttoptr i64 %arg.state to ptr
  %sunkaddr176 = getelementptr i8, ptr %sunkaddr175, i64 48
  %.65.i.i = load i64, ptr %sunkaddr176, align 1, !noalias !33
  %sunkaddr177 = inttoptr i64 %arg.state to ptr
  %sunkaddr178 = getelementptr i8, ptr %sunkaddr177, i64 120
  %.68.i.i = load i64, ptr %sunkaddr178, align 1, !noalias !33
  %sunkaddr179 = inttoptr i64 %arg.state to ptr
  %sunkaddr180 = getelementptr i8, ptr %sunkaddr179, i64 128
  %.72.i.i = load i64, ptr %sunkaddr180, align 1, !noalias !33
  %.74.i.i = shl nsw i64 %.72.i.i, 4
  %.75.i.i = add nsw i64 %.74.i.i, %.68.i.i
  store i64 %.408.i, ptr %36, align 1, !noalias !33
  %.89.i.i = add nsw i64 %.24.i.i.i, 8
  %.91.i.i = inttoptr i64 %.89.i.i to ptr
  store i64 %.65.i.i, ptr %.91.i.i, align 1, !noalias !33
  %.95.i.i = inttoptr i64 %.75.i.i to ptr
  store i64 %at.2.0, ptr %.95.i.i, align 1, !noalias !33
  %.100.i.i = add nsw i64 %.75.i.i, 8
  %.102.i.i = inttoptr i64 %.100.i.i to ptr
  store i64 %.65.i.i, ptr %.102.i.i, align 1, !noalias !33
  %.128.i.i = add nsw i64 %.65.i.i, 1
  %sunkaddr181 = inttoptr i64 %arg.state to ptr
  %sunkaddr182 = getelementptr i8, ptr %sunkaddr181, i64 48
  store i64 %.128.i.i, ptr %sunkaddr182, align 1, !noalias !33
  %sunkaddr183 = inttoptr i64 %arg.state to ptr
  %sunkaddr184 = getelementptr i8, ptr %sunkaddr183, i64 128
  %.140.i.i = load i64, ptr %sunkaddr184, align 1, !noalias !33
  %.141.i.i = add nsw i64 %.140.i.i, 1
  store i64 %.141.i.i, ptr %sunkaddr184, align 1, !noalias !33
  br label %B696.endif.endif.endif.endif.i
B0.endif.i.i:                                     ; preds = %B94.i.i.i
  %37 = icmp eq i64 %.26.i.i.i, 0
  br i1 %37, label %B136.i.i, label %B0.endif.B650_crit_edge.i.i
B0.endif.B650_crit_edge.i.i:                      ; preds = %B0.endif.i.i
  %.pre.i.i = add nsw i64 %.24.i.i.i, 8
  %.pre.i = inttoptr i64 %.pre.i.i to ptr
  br label %B696.endif.endif.endif.endif.i
B696.endif.endif.endif.endif.i:                   ; preds = %B0.endif.B650_crit_edge.i.i, %B136.i.i
  %.159.pre-phi.i.pre-phi.i = phi ptr [ %.pre.i, %B0.endif.B650_crit_edge.i.i ], [ %.91.i.i, %B136.i.i ]
  %.160.i34.i = load i64, ptr %.159.pre-phi.i.pre-phi.i, align 1, !noalias !33
  %sunkaddr185 = inttoptr i64 %arg.state to ptr
  %sunkaddr186 = getelementptr i8, ptr %sunkaddr185, i64 160
  store i64 %.160.i34.i, ptr %sunkaddr186, align 1, !noalias !26
  %sunkaddr187 = inttoptr i64 %arg.setting to ptr
  %.461.pre.i = load i64, ptr %sunkaddr187, align 1, !noalias !26
  br label %B1194.i
B556:                                             ; preds = %B274.i.i, %B258.i.i, %B242.i.i, %B226.i.i, %B0.endif.i, %B1194.i, %B402.endif
  %"$phi556.0.2.1" = phi i64 [ %at.2.0, %B402.endif ], [ %spec.select.i, %B1194.i ], [ %at.2.0, %B0.endif.i ], [ %at.2.0, %B226.i.i ], [ %at.2.0, %B242.i.i ], [ %at.2.0, %B258.i.i ], [ %at.2.0, %B274.i.i ]
  %.24.i17 = icmp slt i64 %"$phi556.0.2.1", %storemerge.i
  br i1 %.24.i17, label %B68.i.preheader, label %B556.endif
B68.i.preheader:                                  ; preds = %B556
  br label %B68.i
B68.i:                                            ; preds = %B68.i.preheader, %B540.endif.i
  %at.3.0.i = phi i64 [ %storemerge.i11.i, %B540.endif.i ], [ %"$phi556.0.2.1", %B68.i.preheader ]
  %hashed.5.0.i = phi i64 [ %.9.i28.i, %B540.endif.i ], [ %const, %B68.i.preheader ]
  %38 = ashr i64 %at.3.0.i, 3
  %.15.i.i = and i64 %38, -8
  %.17.i.i18 = add nsw i64 %.15.i.i, %arg.variable
  %.18.i.i19 = inttoptr i64 %.17.i.i18 to ptr
  %.19.i.i = load i64, ptr %.18.i.i19, align 1, !noalias !39
  %.23.i.i = and i64 %at.3.0.i, 63
  %.24.i.i20 = lshr i64 %.19.i.i, %.23.i.i
  %.29.not.i.i = icmp eq i64 %.24.i.i20, 0
  br i1 %.29.not.i.i, label %B218.i.i, label %B146.i.i
B146.i.i:                                         ; preds = %B68.i
  %.36.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i.i20, i1 true)
  %.40.i.i = add nsw i64 %.36.i.i, %at.3.0.i
  br label %B68.endif.endif.i
B218.i.i:                                         ; preds = %B68.i
  %39 = and i64 %at.3.0.i, -64
  br label %B236.i.i
B236.i.i:                                         ; preds = %B236.i.i, %B218.i.i
  %lsr.iv.i.i38 = phi i64 [ %40, %B236.i.i ], [ %39, %B218.i.i ]
  %40 = add i64 %lsr.iv.i.i38, 64
  %.58.i.i = ashr exact i64 %40, 3
  %.60.i.i = add nsw i64 %.58.i.i, %arg.variable
  %.61.i.i = inttoptr i64 %.60.i.i to ptr
  %.62.i.i = load i64, ptr %.61.i.i, align 1, !noalias !39
  %.69.not.i.i = icmp eq i64 %.62.i.i, 0
  br i1 %.69.not.i.i, label %B236.i.i, label %B330.i.i
B330.i.i:                                         ; preds = %B236.i.i
  %.76.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.62.i.i, i1 true)
  %41 = add i64 %.76.i.i, %40
  br label %B68.endif.endif.i
B316.i:                                           ; preds = %B188.endif.i, %B68.endif.endif.i
  %at.5.2.i = phi i64 [ %at.3.0.i, %B68.endif.endif.i ], [ %.153.i, %B188.endif.i ]
  %hashed.6.2.i = phi i64 [ %hashed.5.0.i, %B68.endif.endif.i ], [ %.9.i.i36, %B188.endif.i ]
  %.172.i = icmp sgt i64 %.13.i.i, %at.5.2.i
  br i1 %.172.i, label %B328.endif.i, label %B448.endif.i
B540.i:                                           ; preds = %B448.endif.i
  %42 = ashr i64 %.13.i.i, 3
  %.15.i1.i = and i64 %42, -8
  %.17.i2.i = add nsw i64 %.15.i1.i, %arg.variable
  %.18.i3.i = inttoptr i64 %.17.i2.i to ptr
  %.19.i4.i = load i64, ptr %.18.i3.i, align 1, !noalias !44
  %.21.i.i22 = xor i64 %.19.i4.i, -1
  %.23.i5.i = and i64 %.13.i.i, 63
  %.24.i6.i = lshr i64 %.21.i.i22, %.23.i5.i
  %.29.not.i7.i = icmp eq i64 %.24.i6.i, 0
  br i1 %.29.not.i7.i, label %B218.i12.i, label %B146.i8.i
B146.i8.i:                                        ; preds = %B540.i
  %.36.i9.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i6.i, i1 true)
  %.40.i10.i = add nsw i64 %.36.i9.i, %.13.i.i
  br label %B540.endif.i
B218.i12.i:                                       ; preds = %B540.i
  %43 = and i64 %.13.i.i, -64
  br label %B236.i14.i
B236.i14.i:                                       ; preds = %B236.i14.i, %B218.i12.i
  %lsr.iv.i15.i = phi i64 [ %44, %B236.i14.i ], [ %43, %B218.i12.i ]
  %44 = add i64 %lsr.iv.i15.i, 64
  %.58.i16.i = ashr exact i64 %44, 3
  %.60.i17.i = add nsw i64 %.58.i16.i, %arg.variable
  %.61.i18.i = inttoptr i64 %.60.i17.i to ptr
  %.62.i19.i = load i64, ptr %.61.i18.i, align 1, !noalias !44
  %.69.not.i20.i = icmp eq i64 %.62.i19.i, -1
  br i1 %.69.not.i20.i, label %B236.i14.i, label %B330.i22.i
B330.i22.i:                                       ; preds = %B236.i14.i
  %.64.i.i23 = xor i64 %.62.i19.i, -1
  %.76.i23.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.64.i.i23, i1 true)
  %45 = add i64 %.76.i23.i, %44
  br label %B540.endif.i
B68.endif.endif.i:                                ; preds = %B330.i.i, %B146.i.i
  %storemerge.i.i = phi i64 [ %41, %B330.i.i ], [ %.40.i.i, %B146.i.i ]
  %.13.i.i = tail call i64 @llvm.smin.i64(i64 %storemerge.i, i64 %storemerge.i.i)
  %.112.i21 = sub nsw i64 %.13.i.i, %at.3.0.i
  %.115.i = icmp sgt i64 %.112.i21, 7
  br i1 %.115.i, label %B188.endif.i.preheader, label %B316.i
B188.endif.i.preheader:                           ; preds = %B68.endif.endif.i
  %46 = add i64 %.13.i.i, 8
  %47 = sub i64 %46, %at.3.0.i
  br label %B188.endif.i
B188.endif.i:                                     ; preds = %B188.endif.i.preheader, %B188.endif.i
  %lsr.iv = phi i64 [ %47, %B188.endif.i.preheader ], [ %lsr.iv.next, %B188.endif.i ]
  %at.4.1.i = phi i64 [ %.153.i, %B188.endif.i ], [ %at.3.0.i, %B188.endif.i.preheader ]
  %hashed.4.1.i = phi i64 [ %.9.i.i36, %B188.endif.i ], [ %hashed.5.0.i, %B188.endif.i.preheader ]
  %48 = add i64 %arg.data, %at.4.1.i
  %.121.i = inttoptr i64 %48 to ptr
  %.122.i32 = load i64, ptr %.121.i, align 1, !noalias !47
  %.6.i.i33 = xor i64 %.122.i32, %hashed.4.1.i
  %.7.i.i34 = mul i64 %.6.i.i33, %const136
  %.8.i.i35 = lshr i64 %.7.i.i34, 32
  %.9.i.i36 = xor i64 %.8.i.i35, %.7.i.i34
  %.153.i = add i64 %at.4.1.i, 8
  %lsr.iv.next = add i64 %lsr.iv, -8
  %.160.i = icmp samesign ugt i64 %lsr.iv.next, 15
  br i1 %.160.i, label %B188.endif.i, label %B316.i
B328.endif.i:                                     ; preds = %B316.i
  %.178.i = add nsw i64 %at.5.2.i, %arg.data
  %.181.i = sub nsw i64 %.13.i.i, %at.5.2.i
  %.8.i33.i = inttoptr i64 %.178.i to ptr
  %.9.i34.i = load i64, ptr %.8.i33.i, align 1, !noalias !48
  %.14.i.i24 = icmp sgt i64 %.181.i, 7
  %.26.i.i25 = shl nsw i64 %.181.i, 3
  %notmask.i.i26 = shl nsw i64 -1, %.26.i.i25
  %.30.i.i27 = xor i64 %notmask.i.i26, -1
  %.32.i.i28 = select i1 %.14.i.i24, i64 -1, i64 %.30.i.i27
  %"$phi230.0.2.0.i.i29" = and i64 %.9.i34.i, %.32.i.i28
  %.211.i30 = add i64 %"$phi230.0.2.0.i.i29", %.181.i
  %.6.i29.i = xor i64 %.211.i30, %hashed.6.2.i
  %.7.i30.i = mul i64 %.6.i29.i, %const136
  %.8.i31.i = lshr i64 %.7.i30.i, 32
  %.9.i32.i = xor i64 %.8.i31.i, %.7.i30.i
  br label %B448.endif.i
B448.endif.i:                                     ; preds = %B328.endif.i, %B316.i
  %hashed.7.1.i = phi i64 [ %hashed.6.2.i, %B316.i ], [ %.9.i32.i, %B328.endif.i ]
  %.6.i25.i = xor i64 %hashed.7.1.i, 2685821657736338717
  %.7.i26.i = mul i64 %.6.i25.i, %const136
  %.8.i27.i = lshr i64 %.7.i26.i, 32
  %.9.i28.i = xor i64 %.8.i27.i, %.7.i26.i
  %.279.not.i = icmp slt i64 %storemerge.i.i, %storemerge.i
  br i1 %.279.not.i, label %B540.i, label %B556.endif
B540.endif.i:                                     ; preds = %B330.i22.i, %B146.i8.i
  %storemerge.i11.i = phi i64 [ %45, %B330.i22.i ], [ %.40.i10.i, %B146.i8.i ]
  %.336.i = icmp slt i64 %storemerge.i11.i, %storemerge.i
  br i1 %.336.i, label %B68.i, label %B556.endif
common.ret:                                       ; preds = %B556.endif.endif.endif, %B322, %B246, %B170, %B0.endif
  %at.3.1 = phi i64 [ 0, %B0.endif ], [ %.309, %B556.endif.endif.endif ], [ %at.2.0, %B322 ], [ %at.2.0, %B246 ], [ %at.2.0, %B170 ]
  store i64 %at.3.1, ptr %retptr, align 8
  ret i32 0
B0.endif:                                         ; preds = %B0
  %.54 = add nsw i64 %arg.state, 104
  %.55 = inttoptr i64 %.54 to ptr
  store i64 0, ptr %.55, align 1
  %.58 = add nsw i64 %arg.state, 128
  %.59 = inttoptr i64 %.58 to ptr
  store i64 0, ptr %.59, align 1
  br label %common.ret
B170.preheader.unr-lcssa:                         ; preds = %B672.endif.i
  %49 = and i64 %2, 1
  %lcmp.mod.not = icmp eq i64 %49, 0
  br i1 %lcmp.mod.not, label %B170.preheader, label %B672.endif.i.epil.preheader
B672.endif.i.epil.preheader:                      ; preds = %B170.preheader.unr-lcssa, %B122.preheader.i
  %lsr.iv4.i.epil.init = phi i64 [ %arg.ends, %B122.preheader.i ], [ %lsr.iv.next5.i.1, %B170.preheader.unr-lcssa ]
  %lsr.iv.i.epil.init = phi i64 [ %arg.variable, %B122.preheader.i ], [ %lsr.iv.next.i.1, %B170.preheader.unr-lcssa ]
  %carried.2.0.i.epil.init = phi i64 [ 0, %B122.preheader.i ], [ %.224.i.1, %B170.preheader.unr-lcssa ]
  %letters.2.0.i.epil.init = phi i64 [ %.31.i, %B122.preheader.i ], [ %.65.i.1, %B170.preheader.unr-lcssa ]
  %digits.2.0.i.epil.init = phi i64 [ %.24.i, %B122.preheader.i ], [ %.55.i.1, %B170.preheader.unr-lcssa ]
  %at.2.0.i.epil.init = phi i64 [ 0, %B122.preheader.i ], [ %.238.i.1, %B170.preheader.unr-lcssa ]
  %50 = add i64 %at.2.0.i.epil.init, %arg.data
  %51 = add i64 %50, 64
  %.51.i.epil = inttoptr i64 %51 to ptr
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
  %52 = add i64 %.119.i.epil, 1
  %.130.i.epil = select i1 %.113.not.i.epil, i64 1, i64 %52
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
  %53 = or i64 %.8.i.i.epil, %.203.i.epil
  %.204.i.epil = or i64 %53, %digits.2.0.i.epil.init
  %.209.i.epil = inttoptr i64 %lsr.iv.i.epil.init to ptr
  store i64 %.204.i.epil, ptr %.209.i.epil, align 1, !noalias !0
  %.218.i.epil = inttoptr i64 %50 to ptr
  %.219.i.epil = load <64 x i8>, ptr %.218.i.epil, align 1, !noalias !0
  %.220.i.epil = icmp eq <64 x i8> %.219.i.epil, splat (i8 10)
  %.222.i.epil = inttoptr i64 %lsr.iv4.i.epil.init to ptr
  store <64 x i1> %.220.i.epil, ptr %.222.i.epil, align 1, !noalias !0
  br label %B170.preheader
B170.preheader:                                   ; preds = %B170.preheader.unr-lcssa, %B672.endif.i.epil.preheader
  %const136 = bitcast i64 -7046029254386353131 to i64
  %const = bitcast i64 5903417615651209683 to i64
  %.5495 = add nsw i64 %arg.state, 104
  %.5596 = inttoptr i64 %.5495 to ptr
  store i64 0, ptr %.5596, align 1
  %.5897 = add nsw i64 %arg.state, 128
  %.5998 = inttoptr i64 %.5897 to ptr
  store i64 0, ptr %.5998, align 1
  br label %B170
B402.endif:                                       ; preds = %B330.i, %B146.i
  %storemerge.i = phi i64 [ %18, %B330.i ], [ %.40.i, %B146.i ]
  %sunkaddr188 = inttoptr i64 %arg.setting to ptr
  %sunkaddr189 = getelementptr i8, ptr %sunkaddr188, i64 32
  %.156 = load i64, ptr %sunkaddr189, align 1
  %.157 = icmp sgt i64 %.156, 0
  br i1 %.157, label %B516, label %B556
B556.endif:                                       ; preds = %B540.endif.i, %B448.endif.i, %B556
  %hashed.8.1.i = phi i64 [ %const, %B556 ], [ %.9.i28.i, %B448.endif.i ], [ %.9.i28.i, %B540.endif.i ]
  %54 = inttoptr i64 %arg.state to ptr
  %.228 = or i64 %hashed.8.1.i, 1
  %.22.i40 = load i64, ptr %54, align 1, !noalias !51
  %sunkaddr190 = inttoptr i64 %arg.state to ptr
  %sunkaddr191 = getelementptr i8, ptr %sunkaddr190, i64 8
  %.26.i = load i64, ptr %sunkaddr191, align 1, !noalias !51
  %.14.i.i42 = lshr i64 %hashed.8.1.i, 20
  br label %B94.i.i
B94.i.i:                                          ; preds = %B94.i.i, %B556.endif
  %.14.pn.i.i = phi i64 [ %.14.i.i42, %B556.endif ], [ %.56.i.i, %B94.i.i ]
  %slot.2.0.i.i = and i64 %.14.pn.i.i, %.26.i
  %.22.i.i43 = shl nsw i64 %slot.2.0.i.i, 4
  %.24.i.i44 = add nsw i64 %.22.i.i43, %.22.i40
  %.25.i.i45 = inttoptr i64 %.24.i.i44 to ptr
  %.26.i.i46 = load i64, ptr %.25.i.i45, align 1, !noalias !54
  %.32.i.i47 = icmp eq i64 %.26.i.i46, %.228
  %.35.i.i = icmp eq i64 %.26.i.i46, 0
  %or.cond.i.i = or i1 %.32.i.i47, %.35.i.i
  %.56.i.i = add nsw i64 %slot.2.0.i.i, 1
  br i1 %or.cond.i.i, label %B0.endif.i48, label %B94.i.i
B136.i:                                           ; preds = %B0.endif.i48
  %55 = inttoptr i64 %.24.i.i44 to ptr
  %sunkaddr192 = inttoptr i64 %arg.state to ptr
  %sunkaddr193 = getelementptr i8, ptr %sunkaddr192, i64 16
  %.65.i53 = load i64, ptr %sunkaddr193, align 1, !noalias !51
  %sunkaddr194 = inttoptr i64 %arg.state to ptr
  %sunkaddr195 = getelementptr i8, ptr %sunkaddr194, i64 96
  %.68.i = load i64, ptr %sunkaddr195, align 1, !noalias !51
  %sunkaddr196 = inttoptr i64 %arg.state to ptr
  %sunkaddr197 = getelementptr i8, ptr %sunkaddr196, i64 104
  %.72.i = load i64, ptr %sunkaddr197, align 1, !noalias !51
  %.74.i = mul nsw i64 %.72.i, 24
  %.75.i54 = add nsw i64 %.74.i, %.68.i
  store i64 %.228, ptr %55, align 1, !noalias !51
  %.89.i = add nsw i64 %.24.i.i44, 8
  %.91.i = inttoptr i64 %.89.i to ptr
  store i64 %.65.i53, ptr %.91.i, align 1, !noalias !51
  %.95.i = inttoptr i64 %.75.i54 to ptr
  store i64 %at.2.0, ptr %.95.i, align 1, !noalias !51
  %.100.i = add nsw i64 %.75.i54, 8
  %.102.i = inttoptr i64 %.100.i to ptr
  store i64 %.65.i53, ptr %.102.i, align 1, !noalias !51
  %sunkaddr198 = inttoptr i64 %arg.state to ptr
  %sunkaddr199 = getelementptr i8, ptr %sunkaddr198, i64 112
  %.117.i57 = load i64, ptr %sunkaddr199, align 1, !noalias !51
  %sunkaddr.i58 = inttoptr i64 %.74.i to ptr
  %sunkaddr1.i = getelementptr i8, ptr %sunkaddr.i58, i64 %.68.i
  %sunkaddr2.i = getelementptr i8, ptr %sunkaddr1.i, i64 16
  store i64 %.117.i57, ptr %sunkaddr2.i, align 1, !noalias !51
  %.128.i = add nsw i64 %.65.i53, 1
  %sunkaddr200 = inttoptr i64 %arg.state to ptr
  %sunkaddr201 = getelementptr i8, ptr %sunkaddr200, i64 16
  store i64 %.128.i, ptr %sunkaddr201, align 1, !noalias !51
  %sunkaddr202 = inttoptr i64 %arg.state to ptr
  %sunkaddr203 = getelementptr i8, ptr %sunkaddr202, i64 104
  %.140.i = load i64, ptr %sunkaddr203, align 1, !noalias !51
  %.141.i60 = add nsw i64 %.140.i, 1
  store i64 %.141.i60, ptr %sunkaddr203, align 1, !noalias !51
  br label %B556.endif.endif
B0.endif.i48:                                     ; preds = %B94.i.i
  %56 = icmp eq i64 %.26.i.i46, 0
  br i1 %56, label %B136.i, label %B0.endif.B650_crit_edge.i
B0.endif.B650_crit_edge.i:                        ; preds = %B0.endif.i48
  %.pre.i49 = add nsw i64 %.24.i.i44, 8
  %.pre = inttoptr i64 %.pre.i49 to ptr
  br label %B556.endif.endif
B556.endif.endif:                                 ; preds = %B0.endif.B650_crit_edge.i, %B136.i
  %.159.pre-phi.i.pre-phi = phi ptr [ %.pre, %B0.endif.B650_crit_edge.i ], [ %.91.i, %B136.i ]
  %.160.i50 = load i64, ptr %.159.pre-phi.i.pre-phi, align 1, !noalias !51
  %sunkaddr204 = inttoptr i64 %arg.state to ptr
  %sunkaddr205 = getelementptr i8, ptr %sunkaddr204, i64 144
  %.262 = load i64, ptr %sunkaddr205, align 1
  %.263 = shl nsw i64 %.160.i50, 3
  %.264 = add nsw i64 %.262, %.263
  %sunkaddr206 = inttoptr i64 %arg.state to ptr
  %sunkaddr207 = getelementptr i8, ptr %sunkaddr206, i64 152
  %.268 = load i64, ptr %sunkaddr207, align 1
  %.270 = add nsw i64 %.268, %at.2.0
  %.271 = inttoptr i64 %.264 to ptr
  store i64 %.270, ptr %.271, align 1
  %sunkaddr208 = inttoptr i64 %arg.state to ptr
  %sunkaddr209 = getelementptr i8, ptr %sunkaddr208, i64 160
  %.11.i = load i64, ptr %sunkaddr209, align 1, !noalias !57
  %.12.i = shl i64 %.11.i, 32
  %.13.i = add i64 %.12.i, 4294967296
  %.14.i = add nsw i64 %.160.i50, 1
  %.15.i62 = or i64 %.13.i, %.14.i
  %.6.i.i63 = xor i64 %.15.i62, %const
  %.7.i.i64 = mul i64 %.6.i.i63, %const136
  %.8.i.i65 = lshr i64 %.7.i.i64, 32
  %.9.i.i66 = xor i64 %.8.i.i65, %.7.i.i64
  %.47.i = or i64 %.9.i.i66, 1
  %sunkaddr210 = inttoptr i64 %arg.state to ptr
  %sunkaddr211 = getelementptr i8, ptr %sunkaddr210, i64 64
  %.55.i69 = load i64, ptr %sunkaddr211, align 1, !noalias !57
  %sunkaddr212 = inttoptr i64 %arg.state to ptr
  %sunkaddr213 = getelementptr i8, ptr %sunkaddr212, i64 72
  %.59.i = load i64, ptr %sunkaddr213, align 1, !noalias !57
  %.14.i.i71 = lshr i64 %.9.i.i66, 20
  br label %B94.i.i72
B428.i:                                           ; preds = %B0.endif.endif.i
  %sunkaddr214 = inttoptr i64 %arg.state to ptr
  %sunkaddr215 = getelementptr i8, ptr %sunkaddr214, i64 80
  %.96.i = load i64, ptr %sunkaddr215, align 1, !noalias !57
  %sunkaddr216 = inttoptr i64 %.24.i.i76 to ptr
  store i64 %.47.i, ptr %sunkaddr216, align 1, !noalias !57
  %.104.i = add nsw i64 %.24.i.i76, 8
  %.105.i = inttoptr i64 %.104.i to ptr
  store i64 %.96.i, ptr %.105.i, align 1, !noalias !57
  %sunkaddr217 = inttoptr i64 %arg.state to ptr
  %sunkaddr218 = getelementptr i8, ptr %sunkaddr217, i64 136
  %.110.i = load i64, ptr %sunkaddr218, align 1, !noalias !57
  %.111.i = shl nsw i64 %.96.i, 4
  %.112.i88 = add nsw i64 %.110.i, %.111.i
  %.116.i89 = inttoptr i64 %.112.i88 to ptr
  store i64 %.15.i62, ptr %.116.i89, align 1, !noalias !57
  %.121.i90 = load i64, ptr %sunkaddr218, align 1, !noalias !57
  %.123.i = or disjoint i64 %.111.i, 8
  %.124.i = add i64 %.123.i, %.121.i90
  %.125.i = inttoptr i64 %.124.i to ptr
  store i64 0, ptr %.125.i, align 1, !noalias !57
  %.129.i = add nsw i64 %.96.i, 1
  store i64 %.129.i, ptr %sunkaddr215, align 1, !noalias !57
  br label %B556.endif.endif.endif
B94.i.i72:                                        ; preds = %B94.i.i72, %B556.endif.endif
  %.14.pn.i.i73 = phi i64 [ %.14.i.i71, %B556.endif.endif ], [ %.56.i.i82, %B94.i.i72 ]
  %slot.2.0.i.i74 = and i64 %.14.pn.i.i73, %.59.i
  %.22.i.i75 = shl nsw i64 %slot.2.0.i.i74, 4
  %.24.i.i76 = add nsw i64 %.22.i.i75, %.55.i69
  %.25.i.i77 = inttoptr i64 %.24.i.i76 to ptr
  %.26.i.i78 = load i64, ptr %.25.i.i77, align 1, !noalias !60
  %.32.i.i79 = icmp eq i64 %.26.i.i78, %.47.i
  %.35.i.i80 = icmp eq i64 %.26.i.i78, 0
  %or.cond.i.i81 = or i1 %.32.i.i79, %.35.i.i80
  %.56.i.i82 = add nsw i64 %slot.2.0.i.i74, 1
  br i1 %or.cond.i.i81, label %B0.endif.endif.i, label %B94.i.i72
B0.endif.endif.i:                                 ; preds = %B94.i.i72
  %57 = icmp eq i64 %.26.i.i78, 0
  br i1 %57, label %B428.i, label %B0.endif.endif.B808_crit_edge.i
B0.endif.endif.B808_crit_edge.i:                  ; preds = %B0.endif.endif.i
  %.pre24.i = add nsw i64 %.24.i.i76, 8
  %.pre25.i = inttoptr i64 %.pre24.i to ptr
  br label %B556.endif.endif.endif
B556.endif.endif.endif:                           ; preds = %B0.endif.endif.B808_crit_edge.i, %B428.i
  %.147.pre-phi.i = phi ptr [ %.pre25.i, %B0.endif.endif.B808_crit_edge.i ], [ %.105.i, %B428.i ]
  %sunkaddr219 = inttoptr i64 %arg.state to ptr
  %sunkaddr220 = getelementptr i8, ptr %sunkaddr219, i64 136
  %.142.i84 = load i64, ptr %sunkaddr220, align 1, !noalias !57
  %.148.i = load i64, ptr %.147.pre-phi.i, align 1, !noalias !57
  %.149.i = shl nsw i64 %.148.i, 4
  %.150.i = add i64 %.142.i84, 8
  %.151.i = add i64 %.150.i, %.149.i
  %.152.i = inttoptr i64 %.151.i to ptr
  %.153.i85 = load i64, ptr %.152.i, align 1, !noalias !57
  %.154.i = add nsw i64 %.153.i85, 1
  store i64 %.154.i, ptr %.152.i, align 1, !noalias !57
  %sunkaddr221 = inttoptr i64 %arg.state to ptr
  %sunkaddr222 = getelementptr i8, ptr %sunkaddr221, i64 112
  %.304 = load i64, ptr %sunkaddr222, align 1
  %.305 = add nsw i64 %.304, 1
  store i64 %.305, ptr %sunkaddr222, align 1
  %.309 = add nsw i64 %storemerge.i, 1
  %.317 = icmp slt i64 %.309, %arg.size
  br i1 %.317, label %B170, label %common.ret
}
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
!6 = !{!7, !9}
!7 = distinct !{!7, !8, !"_ZN8__main__6_placeB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!8 = distinct !{!8, !"_ZN8__main__6_placeB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!9 = distinct !{!9, !10, !"_ZN8__main__6_timedB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx: %retptr"}
!10 = distinct !{!10, !"_ZN8__main__6_timedB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx"}
!11 = !{!12, !7, !9}
!12 = distinct !{!12, !13, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!13 = distinct !{!13, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!14 = !{!15, !7, !9}
!15 = distinct !{!15, !16, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!16 = distinct !{!16, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!17 = !{!18, !7, !9}
!18 = distinct !{!18, !19, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!19 = distinct !{!19, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!20 = !{!21, !9}
!21 = distinct !{!21, !22, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!22 = distinct !{!22, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!23 = !{!24, !9}
!24 = distinct !{!24, !25, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!25 = distinct !{!25, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!26 = !{!9}
!27 = !{!28, !9}
!28 = distinct !{!28, !29, !"_ZN8__main__8_stampedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!29 = distinct !{!29, !"_ZN8__main__8_stampedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!30 = !{!31, !9}
!31 = distinct !{!31, !32, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!32 = distinct !{!32, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!33 = !{!34, !9}
!34 = distinct !{!34, !35, !"_ZN8__main__6_notedB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!35 = distinct !{!35, !"_ZN8__main__6_notedB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!36 = !{!37, !34, !9}
!37 = distinct !{!37, !38, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!38 = distinct !{!38, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!39 = !{!40, !42}
!40 = distinct !{!40, !41, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!41 = distinct !{!41, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!42 = distinct !{!42, !43, !"_ZN8__main__6_shapeB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!43 = distinct !{!43, !"_ZN8__main__6_shapeB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!44 = !{!45, !42}
!45 = distinct !{!45, !46, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!46 = distinct !{!46, !"_ZN8__main__5_nextB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!47 = !{!42}
!48 = !{!49, !42}
!49 = distinct !{!49, !50, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!50 = distinct !{!50, !"_ZN8__main__5_partB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!51 = !{!52}
!52 = distinct !{!52, !53, !"_ZN8__main__6_notedB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!53 = distinct !{!53, !"_ZN8__main__6_notedB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!54 = !{!55, !52}
!55 = distinct !{!55, !56, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!56 = distinct !{!56, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!57 = !{!58}
!58 = distinct !{!58, !59, !"_ZN8__main__8_countedB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!59 = distinct !{!59, !"_ZN8__main__8_countedB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!60 = !{!61, !58}
!61 = distinct !{!61, !62, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!62 = distinct !{!62, !"_ZN8__main__6_foundB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
