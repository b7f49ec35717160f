; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 4b4e98c307279f3ff4876637af20433ebe42b5250813d46984928887259f7318
@_ZN08NumbaEnv8__main__5countB2v1B58c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAQ4s_2fqErM2IZJFEEM0wQAExxxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__9_variableB2v3B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyyyyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_behindB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_timedB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_placeB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_stampedB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_shapeB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_min12_3clocals_3e4implB2v8B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBFmRMMkiiDmaAIAE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_notedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_countedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_mixedB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
define noundef range(i32 -1, -2) i32 @stormjib_count(ptr noalias writeonly captures(none) %retptr, ptr noalias readnone captures(none) %excinfo, i64 %arg.data, i64 %arg.size, i64 %arg.variable, i64 %arg.ends, i64 %arg.setting, i64 %arg.state) local_unnamed_addr #0 {
B0:
  %.87.i = icmp sgt i64 %arg.size, 0
  br i1 %.87.i, label %B244.preheader.i, label %B0.endif
B244.preheader.i:                                 ; preds = %B0
  %.42.i = inttoptr i64 %arg.data to ptr
  %.43.i = load <64 x i8>, ptr %.42.i, align 1, !noalias !0
  %.50.i = or <64 x i8> %.43.i, splat (i8 32)
  %.51.i = add <64 x i8> %.50.i, splat (i8 -97)
  %.52.i = icmp ult <64 x i8> %.51.i, splat (i8 26)
  %.53.i = bitcast <64 x i1> %.52.i to i64
  %.44.i = add <64 x i8> %.43.i, splat (i8 -48)
  %.45.i = icmp ult <64 x i8> %.44.i, splat (i8 10)
  %.46.i = bitcast <64 x i1> %.45.i to i64
  %.19.i.i = shl i64 %.46.i, 1
  %.22.i.i = and i64 %.19.i.i, %.53.i
  %.6.i.i.i = add i64 %.22.i.i, %.53.i
  %.7.i.i.i = xor i64 %.6.i.i.i, -1
  %.8.i.i.i = and i64 %.7.i.i.i, %.53.i
  %.94.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.53.i)
  %.99.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.46.i)
  %.100.i.i = shl i64 %.99.i.i, 1
  %.20.i = add nsw i64 %arg.data, 64
  %.21.i = inttoptr i64 %.20.i to ptr
  %.22.i = load <64 x i8>, ptr %.21.i, align 1, !noalias !0
  %.30.i = or <64 x i8> %.22.i, splat (i8 32)
  %.31.i = add <64 x i8> %.30.i, splat (i8 -97)
  %.32.i = icmp ult <64 x i8> %.31.i, splat (i8 26)
  %.33.i = bitcast <64 x i1> %.32.i to i64
  %.54.i.i = and i64 %.33.i, 1
  %.55.not.i.i = icmp eq i64 %.54.i.i, 0
  %.59.i.i = sub i64 -2, %.33.i
  %.61.i.i = and i64 %.59.i.i, %.33.i
  %0 = add i64 %.61.i.i, 1
  %.76.i.i = select i1 %.55.not.i.i, i64 1, i64 %0
  %.23.i = add <64 x i8> %.22.i, splat (i8 -48)
  %.24.i = icmp ult <64 x i8> %.23.i, splat (i8 10)
  %.25.i = bitcast <64 x i1> %.24.i to i64
  %.78.i.i = and i64 %.76.i.i, %.25.i
  %.81.not.i.i = icmp ne i64 %.78.i.i, 0
  %"$phi360.0.2.0.i.i" = zext i1 %.81.not.i.i to i64
  %.101.i.i = or disjoint i64 %.100.i.i, %"$phi360.0.2.0.i.i"
  %.102.i.i = and i64 %.101.i.i, %.94.i.i
  %.6.i1.i.i = add i64 %.102.i.i, %.94.i.i
  %.7.i2.i.i = xor i64 %.6.i1.i.i, -1
  %.8.i3.i.i = and i64 %.94.i.i, %.7.i2.i.i
  %.134.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i.i)
  %1 = or i64 %.8.i.i.i, %.134.i.i
  %.135.i.i = or i64 %1, %.46.i
  br label %B244.endif.i
B244.endif.i:                                     ; preds = %B244.endif.i, %B244.preheader.i
  %lsr.iv24.i = phi i64 [ %lsr.iv.next25.i, %B244.endif.i ], [ %arg.ends, %B244.preheader.i ]
  %lsr.iv.i = phi i64 [ %lsr.iv.next.i, %B244.endif.i ], [ %arg.variable, %B244.preheader.i ]
  %last.2.0.i = phi i64 [ %.112.i, %B244.endif.i ], [ 0, %B244.preheader.i ]
  %letters.2.0.i = phi i64 [ %.109.i, %B244.endif.i ], [ %.33.i, %B244.preheader.i ]
  %digits.2.0.i = phi i64 [ %.98.i, %B244.endif.i ], [ %.25.i, %B244.preheader.i ]
  %found.2.0.i = phi i64 [ %.135.i23.i, %B244.endif.i ], [ %.135.i.i, %B244.preheader.i ]
  %at.2.0.i = phi i64 [ %.189.i, %B244.endif.i ], [ 0, %B244.preheader.i ]
  %2 = add i64 %arg.data, %at.2.0.i
  %3 = add i64 %2, 128
  %.94.i = inttoptr i64 %3 to ptr
  %.95.i = load <64 x i8>, ptr %.94.i, align 1, !noalias !0
  %.96.i = add <64 x i8> %.95.i, splat (i8 -48)
  %.97.i = icmp ult <64 x i8> %.96.i, splat (i8 10)
  %.98.i = bitcast <64 x i1> %.97.i to i64
  %.106.i = or <64 x i8> %.95.i, splat (i8 32)
  %.107.i = add <64 x i8> %.106.i, splat (i8 -97)
  %.108.i = icmp ult <64 x i8> %.107.i, splat (i8 26)
  %.109.i = bitcast <64 x i1> %.108.i to i64
  %.112.i = lshr i64 %found.2.0.i, 63
  %.19.i1.i = shl i64 %digits.2.0.i, 1
  %.20.i.i = or disjoint i64 %.112.i, %.19.i1.i
  %.22.i2.i = and i64 %.20.i.i, %letters.2.0.i
  %.6.i.i3.i = add i64 %.22.i2.i, %letters.2.0.i
  %.7.i.i4.i = xor i64 %.6.i.i3.i, -1
  %.8.i.i5.i = and i64 %letters.2.0.i, %.7.i.i4.i
  %.54.i6.i = and i64 %.109.i, 1
  %.55.not.i7.i = icmp eq i64 %.54.i6.i, 0
  %.59.i8.i = sub i64 -2, %.109.i
  %.61.i9.i = and i64 %.59.i8.i, %.109.i
  %4 = add i64 %.61.i9.i, 1
  %.76.i10.i = select i1 %.55.not.i7.i, i64 1, i64 %4
  %.78.i11.i = and i64 %.76.i10.i, %.98.i
  %.81.not.i12.i = icmp ne i64 %.78.i11.i, 0
  %"$phi360.0.2.0.i13.i" = zext i1 %.81.not.i12.i to i64
  %.94.i14.i = tail call i64 @llvm.bitreverse.i64(i64 %letters.2.0.i)
  %.99.i15.i = tail call i64 @llvm.bitreverse.i64(i64 %digits.2.0.i)
  %.100.i16.i = shl i64 %.99.i15.i, 1
  %.101.i17.i = or disjoint i64 %.100.i16.i, %"$phi360.0.2.0.i13.i"
  %.102.i18.i = and i64 %.101.i17.i, %.94.i14.i
  %.6.i1.i19.i = add i64 %.102.i18.i, %.94.i14.i
  %.7.i2.i20.i = xor i64 %.6.i1.i19.i, -1
  %.8.i3.i21.i = and i64 %.94.i14.i, %.7.i2.i20.i
  %.134.i22.i = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i21.i)
  %5 = or i64 %.8.i.i5.i, %.134.i22.i
  %.135.i23.i = or i64 %5, %digits.2.0.i
  %.140.i = shl i64 %found.2.0.i, 1
  %.142.i = or disjoint i64 %.140.i, %last.2.0.i
  %.146.i = tail call i64 @llvm.fshl.i64(i64 %.135.i23.i, i64 %found.2.0.i, i64 63)
  %.155.i = inttoptr i64 %2 to ptr
  %.156.i = load <64 x i8>, ptr %.155.i, align 1, !noalias !0
  %.157.i = icmp ugt <64 x i8> %.156.i, splat (i8 32)
  %.159.i = bitcast <64 x i1> %.157.i to i64
  %.147.i = and i64 %.142.i, %.159.i
  %.160.i = and i64 %.147.i, %.146.i
  %.162.i = or i64 %.160.i, %found.2.0.i
  %.163.i = inttoptr i64 %lsr.iv.i to ptr
  store i64 %.162.i, ptr %.163.i, align 1, !noalias !0
  %.173.i = load <64 x i8>, ptr %.155.i, align 1, !noalias !0
  %.174.i = icmp eq <64 x i8> %.173.i, splat (i8 10)
  %.176.i = inttoptr i64 %lsr.iv24.i to ptr
  store <64 x i1> %.174.i, ptr %.176.i, align 1, !noalias !0
  %.189.i = add nuw nsw i64 %at.2.0.i, 64
  %lsr.iv.next.i = add i64 %lsr.iv.i, 8
  %lsr.iv.next25.i = add i64 %lsr.iv24.i, 8
  %.193.i = icmp slt i64 %.189.i, %arg.size
  br i1 %.193.i, label %B244.endif.i, label %B170.preheader
B170:                                             ; preds = %B170.preheader, %B556.endif.endif.endif
  %at.2.0 = phi i64 [ %.309, %B556.endif.endif.endif ], [ 0, %B170.preheader ]
  %sunkaddr = inttoptr i64 %arg.state to ptr
  %sunkaddr140 = getelementptr i8, ptr %sunkaddr, i64 16
  %.78 = load i64, ptr %sunkaddr140, align 1
  %sunkaddr141 = inttoptr i64 %arg.state to ptr
  %sunkaddr142 = getelementptr i8, ptr %sunkaddr141, i64 24
  %.82 = load i64, ptr %sunkaddr142, align 1
  %.83.not = icmp slt i64 %.78, %.82
  br i1 %.83.not, label %B246, label %common.ret
B246:                                             ; preds = %B170
  %sunkaddr143 = inttoptr i64 %arg.state to ptr
  %sunkaddr144 = getelementptr i8, ptr %sunkaddr143, i64 48
  %.88 = load i64, ptr %sunkaddr144, align 1
  %sunkaddr145 = inttoptr i64 %arg.state to ptr
  %sunkaddr146 = getelementptr i8, ptr %sunkaddr145, i64 56
  %.92 = load i64, ptr %sunkaddr146, align 1
  %.93.not = icmp slt i64 %.88, %.92
  br i1 %.93.not, label %B322, label %common.ret
B322:                                             ; preds = %B246
  %sunkaddr147 = inttoptr i64 %arg.state to ptr
  %sunkaddr148 = getelementptr i8, ptr %sunkaddr147, i64 80
  %.98 = load i64, ptr %sunkaddr148, align 1
  %sunkaddr149 = inttoptr i64 %arg.state to ptr
  %sunkaddr150 = getelementptr i8, ptr %sunkaddr149, i64 88
  %.102 = load i64, ptr %sunkaddr150, align 1
  %.103.not = icmp slt i64 %.98, %.102
  br i1 %.103.not, label %B402, label %common.ret
B402:                                             ; preds = %B322
  %6 = ashr i64 %at.2.0, 3
  %.15.i = and i64 %6, -8
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
  %7 = and i64 %at.2.0, -64
  br label %B236.i
B236.i:                                           ; preds = %B236.i, %B218.i
  %lsr.iv.i4 = phi i64 [ %8, %B236.i ], [ %7, %B218.i ]
  %8 = add i64 %lsr.iv.i4, 64
  %.58.i = ashr exact i64 %8, 3
  %.60.i = add nsw i64 %.58.i, %arg.ends
  %.61.i = inttoptr i64 %.60.i to ptr
  %.62.i = load i64, ptr %.61.i, align 1, !noalias !3
  %.69.not.i = icmp eq i64 %.62.i, 0
  br i1 %.69.not.i, label %B236.i, label %B330.i
B330.i:                                           ; preds = %B236.i
  %.76.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.62.i, i1 true)
  %9 = add i64 %.76.i, %8
  br label %B402.endif
B516:                                             ; preds = %B402.endif
  %10 = sub nsw i64 0, %at.2.0
  %sunkaddr151 = inttoptr i64 %arg.setting to ptr
  %.18.i.i = load i64, ptr %sunkaddr151, align 1, !noalias !6
  %.18.fr.i.i = freeze i64 %.18.i.i
  %sunkaddr152 = inttoptr i64 %arg.setting to ptr
  %sunkaddr153 = getelementptr i8, ptr %sunkaddr152, i64 24
  %.22.i.i10 = load i64, ptr %sunkaddr153, align 1, !noalias !6
  %.30.i.i = icmp eq i64 %.18.fr.i.i, 0
  br i1 %.30.i.i, label %B82.i.i, label %B92.endif.endif.i.i
B82.i.i:                                          ; preds = %B516
  %.42.i.i = add nsw i64 %.22.i.i10, %at.2.0
  br label %B0.endif.i
B454.loopexit48.i.i:                              ; preds = %B308.endif.i.i
  %11 = mul i64 %lsr.iv51.i.i, -1
  br label %B454.i.i
B454.i.i:                                         ; preds = %B170.endif.us.i.i, %B454.loopexit48.i.i
  %.us-phi101.i.i = phi i64 [ %11, %B454.loopexit48.i.i ], [ %.1709094.us.i.i, %B170.endif.us.i.i ]
  %.290.i.i = add i64 %.22.i.i10, %.18.fr.i.i
  %.296.i.i = add i64 %.290.i.i, %.us-phi101.i.i
  br label %B0.endif.i
B474.i.i:                                         ; preds = %B308.endif.i.i, %B170.endif.i.i
  %lsr.iv.next52.i.i = add i64 %lsr.iv51.i.i, -1
  %lsr.iv.next54.i.i = add i64 %lsr.iv53.i.i, 1
  %12 = add i64 %14, %lsr.iv.next52.i.i
  %.164.i.i = icmp samesign ugt i64 %12, 1
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
  %sunkaddr154 = inttoptr i64 %arg.setting to ptr
  %sunkaddr155 = getelementptr i8, ptr %sunkaddr154, i64 8
  %.237.i.i = load i64, ptr %sunkaddr155, align 1, !noalias !6
  %.14.i3.i.i = icmp samesign ugt i64 %.18.fr.i.i, 15
  %.249.i.i = shl i64 %.18.fr.i.i, 3
  %.26.i4.i.i = add i64 %.249.i.i, -64
  %notmask.i5.i.i = shl nsw i64 -1, %.26.i4.i.i
  %.30.i6.i.i = xor i64 %notmask.i5.i.i, -1
  %.32.i7.i.i = select i1 %.14.i3.i.i, i64 -1, i64 %.30.i6.i.i
  %13 = add i64 %at.2.0, %arg.data
  %14 = add i64 %.13.i.i.i, 1
  br label %B170.endif.i.i
B170.endif.us.preheader.i.i:                      ; preds = %B170.lr.ph.i.i
  %.14.i11.i.i = icmp eq i64 %.18.fr.i.i, 8
  %.26.i12.i.i = shl nsw i64 %.18.fr.i.i, 3
  %notmask.i13.i.i = shl nsw i64 -1, %.26.i12.i.i
  %.30.i14.i.i = xor i64 %notmask.i13.i.i, -1
  %.32.i15.i.i = select i1 %.14.i11.i.i, i64 -1, i64 %.30.i14.i.i
  %sunkaddr156 = inttoptr i64 %arg.setting to ptr
  %sunkaddr157 = getelementptr i8, ptr %sunkaddr156, i64 8
  %.237.us.i.i = load i64, ptr %sunkaddr157, align 1, !noalias !6
  %15 = add nuw i64 %.121.i.i, 1
  br label %B170.endif.us.i.i
B170.endif.us.i.i:                                ; preds = %B474.us.i.i, %B170.endif.us.preheader.i.i
  %lsr.iv.i.i = phi i64 [ %15, %B170.endif.us.preheader.i.i ], [ %lsr.iv.next.i.i, %B474.us.i.i ]
  %.1709094.us.i.i = phi i64 [ %at.2.0, %B170.endif.us.preheader.i.i ], [ %.177.us.i.i, %B474.us.i.i ]
  %16 = add i64 %arg.data, %.1709094.us.i.i
  %.8.i9.i.i = inttoptr i64 %16 to ptr
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
  %lsr.iv53.i.i = phi i64 [ %13, %B170.endif.preheader.i.i ], [ %lsr.iv.next54.i.i, %B474.i.i ]
  %lsr.iv51.i.i = phi i64 [ %10, %B170.endif.preheader.i.i ], [ %lsr.iv.next52.i.i, %B474.i.i ]
  %.8.i.i.i11 = inttoptr i64 %lsr.iv53.i.i to ptr
  %.9.i.i.i = load i64, ptr %.8.i.i.i11, align 1, !noalias !14
  %.238.i.i = icmp eq i64 %.9.i.i.i, %.237.i.i
  br i1 %.238.i.i, label %B308.endif.i.i, label %B474.i.i
B308.endif.i.i:                                   ; preds = %B170.endif.i.i
  %17 = add i64 %lsr.iv53.i.i, 8
  %.8.i1.i.i = inttoptr i64 %17 to ptr
  %.9.i2.i.i = load i64, ptr %.8.i1.i.i, align 1, !noalias !17
  %"$phi230.0.2.0.i8.i.i" = and i64 %.9.i2.i.i, %.32.i7.i.i
  %sunkaddr158 = inttoptr i64 %arg.setting to ptr
  %sunkaddr159 = getelementptr i8, ptr %sunkaddr158, i64 16
  %.277.i.i = load i64, ptr %sunkaddr159, align 1, !noalias !6
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
  %"$phi246.0.2.0108.i" = phi i64 [ 0, %B98.endif.i ], [ %"$phi230.0.2.0.i9.i", %B246.i ], [ %"$phi230.0.2.0.i9.i", %B276.i ]
  %"$phi364.0.2.0.i" = phi i64 [ 0, %B98.endif.i ], [ 0, %B246.i ], [ %"$phi230.0.2.0.i17.i", %B276.i ]
  %sunkaddr160 = inttoptr i64 %arg.state to ptr
  %sunkaddr161 = getelementptr i8, ptr %sunkaddr160, i64 168
  %.213.i = load i64, ptr %sunkaddr161, align 1, !noalias !26
  %.215.i = icmp eq i64 %.213.i, %"$phi230.0.2.0.i.i"
  br i1 %.215.i, label %B524.i, label %B612.endif.endif.endif.i
B524.i:                                           ; preds = %B364.i
  %sunkaddr162 = inttoptr i64 %arg.state to ptr
  %sunkaddr163 = getelementptr i8, ptr %sunkaddr162, i64 176
  %.223.i = load i64, ptr %sunkaddr163, align 1, !noalias !26
  %.225.i = icmp eq i64 %.223.i, %"$phi246.0.2.0108.i"
  br i1 %.225.i, label %B530.i, label %B612.endif.endif.endif.i
B530.i:                                           ; preds = %B524.i
  %sunkaddr164 = inttoptr i64 %arg.state to ptr
  %sunkaddr165 = getelementptr i8, ptr %sunkaddr164, i64 184
  %.236.i = load i64, ptr %sunkaddr165, align 1, !noalias !26
  %.238.not.i = icmp eq i64 %.236.i, %"$phi364.0.2.0.i"
  br i1 %.238.not.i, label %B1330.i, label %B612.endif.endif.endif.i
B58.i.preheader.i:                                ; preds = %B612.endif.endif.endif.endif.i
  %sunkaddr166 = inttoptr i64 %arg.setting to ptr
  %sunkaddr167 = getelementptr i8, ptr %sunkaddr166, i64 40
  %.374.i = load i64, ptr %sunkaddr167, align 1, !noalias !26
  br label %B58.i.i
B58.i.i:                                          ; preds = %B292.i.i, %B58.i.preheader.i
  %lsr.iv3.i.i = phi i64 [ %lsr.iv.next4.i.i, %B292.i.i ], [ %.156, %B58.i.preheader.i ]
  %lsr.iv1.i.i = phi i64 [ %lsr.iv.next2.i.i, %B292.i.i ], [ %.86.i, %B58.i.preheader.i ]
  %lsr.iv.i33.i = phi i64 [ %lsr.iv.next.i34.i, %B292.i.i ], [ %.374.i, %B58.i.preheader.i ]
  %.152.i.i = inttoptr i64 %lsr.iv1.i.i to ptr
  %.153.i.i = load i64, ptr %.152.i.i, align 1, !noalias !27
  %18 = and i64 %.153.i.i, 255
  %.160.i.i = inttoptr i64 %lsr.iv.i33.i to ptr
  %.161.i.i = load i64, ptr %.160.i.i, align 1, !noalias !27
  %19 = and i64 %.161.i.i, 255
  %20 = add nsw i64 %18, -48
  %trunc.i.i = trunc i64 %19 to i8
  %21 = zext i8 %trunc.i.i to i32
  switch i32 %21, label %B274.i.i [
    i32 0, label %B226.i.i
    i32 1, label %B242.i.i
    i32 2, label %B258.i.i
  ]
B226.i.i:                                         ; preds = %B58.i.i
  %22 = icmp ult i64 %20, 10
  %.262.old.i.i = icmp eq i64 %19, %18
  %or.cond76.i.i = or i1 %22, %.262.old.i.i
  br i1 %or.cond76.i.i, label %B292.i.i, label %B556
B242.i.i:                                         ; preds = %B58.i.i
  %.201.i.i = or i64 %18, 32
  %23 = add nsw i64 %.201.i.i, -97
  %"$phi212.1.2.1.i.i" = icmp ult i64 %23, 26
  %.262.old.old.i.i = icmp eq i64 %19, %18
  %or.cond77.i.i = select i1 %"$phi212.1.2.1.i.i", i1 true, i1 %.262.old.old.i.i
  br i1 %or.cond77.i.i, label %B292.i.i, label %B556
B258.i.i:                                         ; preds = %B58.i.i
  %24 = icmp ult i64 %20, 10
  %.256.i.i = icmp eq i64 %18, 32
  %.262.i.i = icmp eq i64 %19, %18
  %25 = or i1 %.256.i.i, %.262.i.i
  %or.cond75.i.i = or i1 %24, %25
  br i1 %or.cond75.i.i, label %B292.i.i, label %B556
B274.i.i:                                         ; preds = %B58.i.i
  %.262.old.old.old.i.i = icmp eq i64 %19, %18
  br i1 %.262.old.old.old.i.i, label %B292.i.i, label %B556
B292.i.i:                                         ; preds = %B274.i.i, %B258.i.i, %B242.i.i, %B226.i.i
  %lsr.iv.next.i34.i = add i64 %lsr.iv.i33.i, 1
  %lsr.iv.next2.i.i = add i64 %lsr.iv1.i.i, 1
  %lsr.iv.next4.i.i = add i64 %lsr.iv3.i.i, -1
  %exitcond.not.i.i = icmp eq i64 %lsr.iv.next4.i.i, 0
  br i1 %exitcond.not.i.i, label %B1008.i, label %B58.i.i
B1008.i:                                          ; preds = %B292.i.i, %B612.endif.endif.endif.endif.i
  %sunkaddr168 = inttoptr i64 %arg.state to ptr
  %sunkaddr169 = getelementptr i8, ptr %sunkaddr168, i64 168
  store i64 %"$phi230.0.2.0.i.i", ptr %sunkaddr169, align 1, !noalias !26
  %sunkaddr170 = inttoptr i64 %arg.state to ptr
  %sunkaddr171 = getelementptr i8, ptr %sunkaddr170, i64 176
  store i64 %"$phi246.0.2.0108.i", ptr %sunkaddr171, align 1, !noalias !26
  %sunkaddr172 = inttoptr i64 %arg.state to ptr
  %sunkaddr173 = getelementptr i8, ptr %sunkaddr172, i64 184
  store i64 %"$phi364.0.2.0.i", ptr %sunkaddr173, align 1, !noalias !26
  %sunkaddr174 = inttoptr i64 %arg.state to ptr
  %sunkaddr175 = getelementptr i8, ptr %sunkaddr174, i64 32
  %.22.i36.i = load i64, ptr %sunkaddr175, align 1, !noalias !30
  %sunkaddr176 = inttoptr i64 %arg.state to ptr
  %sunkaddr177 = getelementptr i8, ptr %sunkaddr176, i64 40
  %.26.i39.i = load i64, ptr %sunkaddr177, align 1, !noalias !30
  br label %B94.i.i.i
B94.i.i.i:                                        ; preds = %B94.i.i.i, %B1008.i
  %.14.pn.i.i.i = phi i64 [ %.14.i28.i, %B1008.i ], [ %.56.i.i.i, %B94.i.i.i ]
  %slot.2.0.i.i.i = and i64 %.14.pn.i.i.i, %.26.i39.i
  %.22.i.i.i = shl nsw i64 %slot.2.0.i.i.i, 4
  %.24.i.i.i = add nsw i64 %.22.i.i.i, %.22.i36.i
  %.25.i.i.i = inttoptr i64 %.24.i.i.i to ptr
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 1, !noalias !33
  %.32.i.i.i = icmp eq i64 %.26.i.i.i, %.318.i
  %.35.i.i.i = icmp eq i64 %.26.i.i.i, 0
  %or.cond.i.i.i = or i1 %.32.i.i.i, %.35.i.i.i
  %.56.i.i.i = add nsw i64 %slot.2.0.i.i.i, 1
  br i1 %or.cond.i.i.i, label %B0.endif.i.i, label %B94.i.i.i
B136.i.i:                                         ; preds = %B0.endif.i.i
  %26 = inttoptr i64 %.24.i.i.i to ptr
  %sunkaddr178 = inttoptr i64 %arg.state to ptr
  %sunkaddr179 = getelementptr i8, ptr %sunkaddr178, i64 48
  %.65.i.i = load i64, ptr %sunkaddr179, align 1, !noalias !30
  %sunkaddr180 = inttoptr i64 %arg.state to ptr
  %sunkaddr181 = getelementptr i8, ptr %sunkaddr180, i64 120
  %.68.i.i = load i64, ptr %sunkaddr181, align 1, !noalias !30
  %sunkaddr182 = inttoptr i64 %arg.state to ptr
  %sunkaddr183 = getelementptr i8, ptr %sunkaddr182, i64 128
  %.72.i.i = load i64, ptr %sunkaddr183, align 1, !noalias !30
  %.74.i.i = shl nsw i64 %.72.i.i, 4
  %.75.i.i = add nsw i64 %.74.i.i, %.68.i.i
  store i64 %.318.i, ptr %26, align 1, !noalias !30
  %.89.i.i = add nsw i64 %.24.i.i.i, 8
  %.91.i.i = inttoptr i64 %.89.i.i to ptr
  store i64 %.65.i.i, ptr %.91.i.i, align 1, !noalias !30
  %.95.i.i = inttoptr i64 %.75.i.i to ptr
  store i64 %at.2.0, ptr %.95.i.i, align 1, !noalias !30
  %.100.i.i13 = add nsw i64 %.75.i.i, 8
  %.102.i.i14 = inttoptr i64 %.100.i.i13 to ptr
  store i64 %.65.i.i, ptr %.102.i.i14, align 1, !noalias !30
  %.128.i.i = add nsw i64 %.65.i.i, 1
  %sunkaddr184 = inttoptr i64 %arg.state to ptr
  %sunkaddr185 = getelementptr i8, ptr %sunkaddr184, i64 48
  store i64 %.128.i.i, ptr %sunkaddr185, align 1, !noalias !30
  %sunkaddr186 = inttoptr i64 %arg.state to ptr
  %sunkaddr187 = getelementptr i8, ptr %sunkaddr186, i64 128
  %.140.i.i = load i64, ptr %sunkaddr187, align 1, !noalias !30
  %.141.i.i = add nsw i64 %.140.i.i, 1
  store i64 %.141.i.i, ptr %sunkaddr187, align 1, !noalias !30
  br label %B1008.endif.i
B0.endif.i.i:                                     ; preds = %B94.i.i.i
  %27 = icmp eq i64 %.26.i.i.i, 0
  br i1 %27, label %B136.i.i, label %B0.endif.B650_crit_edge.i.i
B0.endif.B650_crit_edge.i.i:                      ; preds = %B0.endif.i.i
  %.pre.i.i = add nsw i64 %.24.i.i.i, 8
  %.pre.i = inttoptr i64 %.pre.i.i to ptr
  br label %B1008.endif.i
B1330.i:                                          ; preds = %B1008.endif.i, %B530.i
  %.511.i = phi i64 [ %.511.pre.i, %B1008.endif.i ], [ %.18.fr.i.i, %B530.i ]
  %.514.i = icmp eq i64 %.511.i, 0
  %spec.select.i = select i1 %.514.i, i64 %.62.i12, i64 %at.2.0
  br label %B556
B0.endif.i:                                       ; preds = %B474.i.i, %B474.us.i.i, %B92.endif.endif.i.i, %B454.i.i, %B82.i.i
  %arg.end.sink.i.i = phi i64 [ %.42.i.i, %B82.i.i ], [ %.296.i.i, %B454.i.i ], [ %storemerge.i, %B92.endif.endif.i.i ], [ %storemerge.i, %B474.us.i.i ], [ %storemerge.i, %B474.i.i ]
  %.62.i12 = add nsw i64 %arg.end.sink.i.i, %.156
  %.64.i = icmp sgt i64 %.62.i12, %storemerge.i
  br i1 %.64.i, label %B556, label %B98.endif.i
B98.endif.i:                                      ; preds = %B0.endif.i
  %.86.i = add nsw i64 %arg.end.sink.i.i, %arg.data
  %.8.i.i = inttoptr i64 %.86.i to ptr
  %.9.i.i = load i64, ptr %.8.i.i, align 1, !noalias !36
  %.14.i.i = icmp sgt i64 %.156, 7
  %.26.i.i = shl i64 %.156, 3
  %notmask.i.i = shl nsw i64 -1, %.26.i.i
  %.30.i1.i = xor i64 %notmask.i.i, -1
  %.32.i.i = select i1 %.14.i.i, i64 -1, i64 %.30.i1.i
  %"$phi230.0.2.0.i.i" = and i64 %.9.i.i, %.32.i.i
  %.116.i = icmp sgt i64 %.156, 8
  br i1 %.116.i, label %B246.i, label %B364.i
B612.endif.endif.endif.i:                         ; preds = %B530.i, %B524.i, %B364.i
  %.6.i.i = xor i64 %"$phi230.0.2.0.i.i", %const
  %.7.i.i = mul i64 %.6.i.i, %const139
  %.8.i18.i = lshr i64 %.7.i.i, 32
  %.9.i19.i = xor i64 %.8.i18.i, %.7.i.i
  %.6.i20.i = xor i64 %.9.i19.i, %"$phi246.0.2.0108.i"
  %.7.i21.i = mul i64 %.6.i20.i, %const139
  %.8.i22.i = lshr i64 %.7.i21.i, 32
  %28 = xor i64 %"$phi364.0.2.0.i", %.8.i22.i
  %.6.i24.i = xor i64 %28, %.7.i21.i
  %.7.i25.i = mul i64 %.6.i24.i, %const139
  %.8.i26.i = lshr i64 %.7.i25.i, 32
  %.9.i27.i = xor i64 %.8.i26.i, %.7.i25.i
  %.318.i = or i64 %.9.i27.i, 1
  %sunkaddr188 = inttoptr i64 %arg.state to ptr
  %sunkaddr189 = getelementptr i8, ptr %sunkaddr188, i64 32
  %.326.i = load i64, ptr %sunkaddr189, align 1, !noalias !26
  %sunkaddr190 = inttoptr i64 %arg.state to ptr
  %sunkaddr191 = getelementptr i8, ptr %sunkaddr190, i64 40
  %.330.i = load i64, ptr %sunkaddr191, align 1, !noalias !26
  %.14.i28.i = lshr i64 %.9.i27.i, 20
  br label %B94.i.i
B94.i.i:                                          ; preds = %B94.i.i, %B612.endif.endif.endif.i
  %.14.pn.i.i = phi i64 [ %.14.i28.i, %B612.endif.endif.endif.i ], [ %.56.i.i, %B94.i.i ]
  %slot.2.0.i.i = and i64 %.14.pn.i.i, %.330.i
  %.22.i29.i = shl nsw i64 %slot.2.0.i.i, 4
  %.24.i.i = add nsw i64 %.22.i29.i, %.326.i
  %.25.i.i = inttoptr i64 %.24.i.i to ptr
  %.26.i30.i = load i64, ptr %.25.i.i, align 1, !noalias !39
  %.32.i31.i = icmp eq i64 %.26.i30.i, %.318.i
  %.35.i.i = icmp eq i64 %.26.i30.i, 0
  %or.cond.i.i = or i1 %.32.i31.i, %.35.i.i
  %.56.i.i = add nsw i64 %slot.2.0.i.i, 1
  br i1 %or.cond.i.i, label %B612.endif.endif.endif.endif.i, label %B94.i.i
B612.endif.endif.endif.endif.i:                   ; preds = %B94.i.i
  %29 = icmp eq i64 %.26.i30.i, 0
  br i1 %29, label %B58.i.preheader.i, label %B1008.i
B1008.endif.i:                                    ; preds = %B0.endif.B650_crit_edge.i.i, %B136.i.i
  %.159.pre-phi.i.pre-phi.i = phi ptr [ %.pre.i, %B0.endif.B650_crit_edge.i.i ], [ %.91.i.i, %B136.i.i ]
  %.160.i40.i = load i64, ptr %.159.pre-phi.i.pre-phi.i, align 1, !noalias !30
  %sunkaddr192 = inttoptr i64 %arg.state to ptr
  %sunkaddr193 = getelementptr i8, ptr %sunkaddr192, i64 160
  store i64 %.160.i40.i, ptr %sunkaddr193, align 1, !noalias !26
  %sunkaddr194 = inttoptr i64 %arg.setting to ptr
  %.511.pre.i = load i64, ptr %sunkaddr194, align 1, !noalias !26
  br label %B1330.i
B556:                                             ; preds = %B274.i.i, %B258.i.i, %B242.i.i, %B226.i.i, %B0.endif.i, %B1330.i, %B402.endif
  %"$phi556.0.2.1" = phi i64 [ %at.2.0, %B402.endif ], [ %spec.select.i, %B1330.i ], [ %at.2.0, %B0.endif.i ], [ %at.2.0, %B226.i.i ], [ %at.2.0, %B242.i.i ], [ %at.2.0, %B258.i.i ], [ %at.2.0, %B274.i.i ]
  %.24.i15 = icmp slt i64 %"$phi556.0.2.1", %storemerge.i
  br i1 %.24.i15, label %B68.i.preheader, label %B556.endif
B68.i.preheader:                                  ; preds = %B556
  br label %B68.i
B68.i:                                            ; preds = %B68.i.preheader, %B540.endif.i
  %at.3.0.i = phi i64 [ %storemerge.i11.i, %B540.endif.i ], [ %"$phi556.0.2.1", %B68.i.preheader ]
  %hashed.5.0.i = phi i64 [ %.9.i28.i, %B540.endif.i ], [ %const, %B68.i.preheader ]
  %30 = ashr i64 %at.3.0.i, 3
  %.15.i.i = and i64 %30, -8
  %.17.i.i16 = add nsw i64 %.15.i.i, %arg.variable
  %.18.i.i17 = inttoptr i64 %.17.i.i16 to ptr
  %.19.i.i18 = load i64, ptr %.18.i.i17, align 1, !noalias !42
  %.23.i.i = and i64 %at.3.0.i, 63
  %.24.i.i19 = lshr i64 %.19.i.i18, %.23.i.i
  %.29.not.i.i = icmp eq i64 %.24.i.i19, 0
  br i1 %.29.not.i.i, label %B218.i.i, label %B146.i.i
B146.i.i:                                         ; preds = %B68.i
  %.36.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i.i19, i1 true)
  %.40.i.i = add nsw i64 %.36.i.i, %at.3.0.i
  br label %B68.endif.endif.i
B218.i.i:                                         ; preds = %B68.i
  %31 = and i64 %at.3.0.i, -64
  br label %B236.i.i
B236.i.i:                                         ; preds = %B236.i.i, %B218.i.i
  %lsr.iv.i.i38 = phi i64 [ %32, %B236.i.i ], [ %31, %B218.i.i ]
  %32 = add i64 %lsr.iv.i.i38, 64
  %.58.i.i = ashr exact i64 %32, 3
  %.60.i.i = add nsw i64 %.58.i.i, %arg.variable
  %.61.i.i39 = inttoptr i64 %.60.i.i to ptr
  %.62.i.i = load i64, ptr %.61.i.i39, align 1, !noalias !42
  %.69.not.i.i = icmp eq i64 %.62.i.i, 0
  br i1 %.69.not.i.i, label %B236.i.i, label %B330.i.i
B330.i.i:                                         ; preds = %B236.i.i
  %.76.i.i40 = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.62.i.i, i1 true)
  %33 = add i64 %.76.i.i40, %32
  br label %B68.endif.endif.i
B316.i:                                           ; preds = %B188.endif.i, %B68.endif.endif.i
  %at.5.2.i = phi i64 [ %at.3.0.i, %B68.endif.endif.i ], [ %.153.i, %B188.endif.i ]
  %hashed.6.2.i = phi i64 [ %hashed.5.0.i, %B68.endif.endif.i ], [ %.9.i.i35, %B188.endif.i ]
  %.172.i = icmp sgt i64 %.13.i.i, %at.5.2.i
  br i1 %.172.i, label %B328.endif.i, label %B448.endif.i
B540.i:                                           ; preds = %B448.endif.i
  %34 = ashr i64 %.13.i.i, 3
  %.15.i1.i = and i64 %34, -8
  %.17.i2.i = add nsw i64 %.15.i1.i, %arg.variable
  %.18.i3.i = inttoptr i64 %.17.i2.i to ptr
  %.19.i4.i = load i64, ptr %.18.i3.i, align 1, !noalias !47
  %.21.i.i21 = xor i64 %.19.i4.i, -1
  %.23.i5.i = and i64 %.13.i.i, 63
  %.24.i6.i = lshr i64 %.21.i.i21, %.23.i5.i
  %.29.not.i7.i = icmp eq i64 %.24.i6.i, 0
  br i1 %.29.not.i7.i, label %B218.i12.i, label %B146.i8.i
B146.i8.i:                                        ; preds = %B540.i
  %.36.i9.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.24.i6.i, i1 true)
  %.40.i10.i = add nsw i64 %.36.i9.i, %.13.i.i
  br label %B540.endif.i
B218.i12.i:                                       ; preds = %B540.i
  %35 = and i64 %.13.i.i, -64
  br label %B236.i14.i
B236.i14.i:                                       ; preds = %B236.i14.i, %B218.i12.i
  %lsr.iv.i15.i = phi i64 [ %36, %B236.i14.i ], [ %35, %B218.i12.i ]
  %36 = add i64 %lsr.iv.i15.i, 64
  %.58.i16.i = ashr exact i64 %36, 3
  %.60.i17.i = add nsw i64 %.58.i16.i, %arg.variable
  %.61.i18.i = inttoptr i64 %.60.i17.i to ptr
  %.62.i19.i = load i64, ptr %.61.i18.i, align 1, !noalias !47
  %.69.not.i20.i = icmp eq i64 %.62.i19.i, -1
  br i1 %.69.not.i20.i, label %B236.i14.i, label %B330.i22.i
B330.i22.i:                                       ; preds = %B236.i14.i
  %.64.i.i22 = xor i64 %.62.i19.i, -1
  %.76.i23.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.64.i.i22, i1 true)
  %37 = add i64 %.76.i23.i, %36
  br label %B540.endif.i
B68.endif.endif.i:                                ; preds = %B330.i.i, %B146.i.i
  %storemerge.i.i = phi i64 [ %33, %B330.i.i ], [ %.40.i.i, %B146.i.i ]
  %.13.i.i = tail call i64 @llvm.smin.i64(i64 %storemerge.i, i64 %storemerge.i.i)
  %.112.i20 = sub nsw i64 %.13.i.i, %at.3.0.i
  %.115.i = icmp sgt i64 %.112.i20, 7
  br i1 %.115.i, label %B188.endif.i.preheader, label %B316.i
B188.endif.i.preheader:                           ; preds = %B68.endif.endif.i
  %38 = add i64 %.13.i.i, 8
  %39 = sub i64 %38, %at.3.0.i
  br label %B188.endif.i
B188.endif.i:                                     ; preds = %B188.endif.i.preheader, %B188.endif.i
  %lsr.iv = phi i64 [ %39, %B188.endif.i.preheader ], [ %lsr.iv.next, %B188.endif.i ]
  %at.4.1.i = phi i64 [ %.153.i, %B188.endif.i ], [ %at.3.0.i, %B188.endif.i.preheader ]
  %hashed.4.1.i = phi i64 [ %.9.i.i35, %B188.endif.i ], [ %hashed.5.0.i, %B188.endif.i.preheader ]
  %40 = add i64 %arg.data, %at.4.1.i
  %.121.i = inttoptr i64 %40 to ptr
  %.122.i31 = load i64, ptr %.121.i, align 1, !noalias !50
  %.6.i.i32 = xor i64 %.122.i31, %hashed.4.1.i
  %.7.i.i33 = mul i64 %.6.i.i32, %const139
  %.8.i.i34 = lshr i64 %.7.i.i33, 32
  %.9.i.i35 = xor i64 %.8.i.i34, %.7.i.i33
  %.153.i = add i64 %at.4.1.i, 8
  %lsr.iv.next = add i64 %lsr.iv, -8
  %.160.i37 = icmp samesign ugt i64 %lsr.iv.next, 15
  br i1 %.160.i37, label %B188.endif.i, label %B316.i
B328.endif.i:                                     ; preds = %B316.i
  %.178.i = add nsw i64 %at.5.2.i, %arg.data
  %.181.i = sub nsw i64 %.13.i.i, %at.5.2.i
  %.8.i33.i = inttoptr i64 %.178.i to ptr
  %.9.i34.i = load i64, ptr %.8.i33.i, align 1, !noalias !51
  %.14.i.i23 = icmp sgt i64 %.181.i, 7
  %.26.i.i24 = shl nsw i64 %.181.i, 3
  %notmask.i.i25 = shl nsw i64 -1, %.26.i.i24
  %.30.i.i26 = xor i64 %notmask.i.i25, -1
  %.32.i.i27 = select i1 %.14.i.i23, i64 -1, i64 %.30.i.i26
  %"$phi230.0.2.0.i.i28" = and i64 %.9.i34.i, %.32.i.i27
  %.211.i29 = add i64 %"$phi230.0.2.0.i.i28", %.181.i
  %.6.i29.i = xor i64 %.211.i29, %hashed.6.2.i
  %.7.i30.i = mul i64 %.6.i29.i, %const139
  %.8.i31.i = lshr i64 %.7.i30.i, 32
  %.9.i32.i = xor i64 %.8.i31.i, %.7.i30.i
  br label %B448.endif.i
B448.endif.i:                                     ; preds = %B328.endif.i, %B316.i
  %hashed.7.1.i = phi i64 [ %hashed.6.2.i, %B316.i ], [ %.9.i32.i, %B328.endif.i ]
  %.6.i25.i = xor i64 %hashed.7.1.i, 2685821657736338717
  %.7.i26.i = mul i64 %.6.i25.i, %const139
  %.8.i27.i = lshr i64 %.7.i26.i, 32
  %.9.i28.i = xor i64 %.8.i27.i, %.7.i26.i
  %.279.not.i = icmp slt i64 %storemerge.i.i, %storemerge.i
  br i1 %.279.not.i, label %B540.i, label %B556.endif
B540.endif.i:                                     ; preds = %B330.i22.i, %B146.i8.i
  %storemerge.i11.i = phi i64 [ %37, %B330.i22.i ], [ %.40.i10.i, %B146.i8.i ]
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
B170.preheader:                                   ; preds = %B244.endif.i
  %const139 = bitcast i64 -7046029254386353131 to i64
  %const = bitcast i64 5903417615651209683 to i64
  %.54103 = add nsw i64 %arg.state, 104
  %.55104 = inttoptr i64 %.54103 to ptr
  store i64 0, ptr %.55104, align 1
  %.58105 = add nsw i64 %arg.state, 128
  %.59106 = inttoptr i64 %.58105 to ptr
  store i64 0, ptr %.59106, align 1
  br label %B170
B402.endif:                                       ; preds = %B330.i, %B146.i
  %storemerge.i = phi i64 [ %9, %B330.i ], [ %.40.i, %B146.i ]
  %sunkaddr195 = inttoptr i64 %arg.setting to ptr
  %sunkaddr196 = getelementptr i8, ptr %sunkaddr195, i64 32
  %.156 = load i64, ptr %sunkaddr196, align 1
  %.157 = icmp sgt i64 %.156, 0
  br i1 %.157, label %B516, label %B556
B556.endif:                                       ; preds = %B540.endif.i, %B448.endif.i, %B556
  %hashed.8.1.i = phi i64 [ %const, %B556 ], [ %.9.i28.i, %B448.endif.i ], [ %.9.i28.i, %B540.endif.i ]
  %41 = inttoptr i64 %arg.state to ptr
  %.228 = or i64 %hashed.8.1.i, 1
  %.22.i42 = load i64, ptr %41, align 1, !noalias !54
  %sunkaddr197 = inttoptr i64 %arg.state to ptr
  %sunkaddr198 = getelementptr i8, ptr %sunkaddr197, i64 8
  %.26.i = load i64, ptr %sunkaddr198, align 1, !noalias !54
  %.14.i.i45 = lshr i64 %hashed.8.1.i, 20
  br label %B94.i.i46
B94.i.i46:                                        ; preds = %B94.i.i46, %B556.endif
  %.14.pn.i.i47 = phi i64 [ %.14.i.i45, %B556.endif ], [ %.56.i.i56, %B94.i.i46 ]
  %slot.2.0.i.i48 = and i64 %.14.pn.i.i47, %.26.i
  %.22.i.i49 = shl nsw i64 %slot.2.0.i.i48, 4
  %.24.i.i50 = add nsw i64 %.22.i.i49, %.22.i42
  %.25.i.i51 = inttoptr i64 %.24.i.i50 to ptr
  %.26.i.i52 = load i64, ptr %.25.i.i51, align 1, !noalias !57
  %.32.i.i53 = icmp eq i64 %.26.i.i52, %.228
  %.35.i.i54 = icmp eq i64 %.26.i.i52, 0
  %or.cond.i.i55 = or i1 %.32.i.i53, %.35.i.i54
  %.56.i.i56 = add nsw i64 %slot.2.0.i.i48, 1
  br i1 %or.cond.i.i55, label %B0.endif.i57, label %B94.i.i46
B136.i:                                           ; preds = %B0.endif.i57
  %42 = inttoptr i64 %.24.i.i50 to ptr
  %sunkaddr199 = inttoptr i64 %arg.state to ptr
  %sunkaddr200 = getelementptr i8, ptr %sunkaddr199, i64 16
  %.65.i = load i64, ptr %sunkaddr200, align 1, !noalias !54
  %sunkaddr201 = inttoptr i64 %arg.state to ptr
  %sunkaddr202 = getelementptr i8, ptr %sunkaddr201, i64 96
  %.68.i = load i64, ptr %sunkaddr202, align 1, !noalias !54
  %sunkaddr203 = inttoptr i64 %arg.state to ptr
  %sunkaddr204 = getelementptr i8, ptr %sunkaddr203, i64 104
  %.72.i = load i64, ptr %sunkaddr204, align 1, !noalias !54
  %.74.i = mul nsw i64 %.72.i, 24
  %.75.i = add nsw i64 %.74.i, %.68.i
  store i64 %.228, ptr %42, align 1, !noalias !54
  %.89.i = add nsw i64 %.24.i.i50, 8
  %.91.i = inttoptr i64 %.89.i to ptr
  store i64 %.65.i, ptr %.91.i, align 1, !noalias !54
  %.95.i61 = inttoptr i64 %.75.i to ptr
  store i64 %at.2.0, ptr %.95.i61, align 1, !noalias !54
  %.100.i = add nsw i64 %.75.i, 8
  %.102.i = inttoptr i64 %.100.i to ptr
  store i64 %.65.i, ptr %.102.i, align 1, !noalias !54
  %sunkaddr205 = inttoptr i64 %arg.state to ptr
  %sunkaddr206 = getelementptr i8, ptr %sunkaddr205, i64 112
  %.117.i = load i64, ptr %sunkaddr206, align 1, !noalias !54
  %sunkaddr.i64 = inttoptr i64 %.74.i to ptr
  %sunkaddr1.i = getelementptr i8, ptr %sunkaddr.i64, i64 %.68.i
  %sunkaddr2.i = getelementptr i8, ptr %sunkaddr1.i, i64 16
  store i64 %.117.i, ptr %sunkaddr2.i, align 1, !noalias !54
  %.128.i = add nsw i64 %.65.i, 1
  %sunkaddr207 = inttoptr i64 %arg.state to ptr
  %sunkaddr208 = getelementptr i8, ptr %sunkaddr207, i64 16
  store i64 %.128.i, ptr %sunkaddr208, align 1, !noalias !54
  %sunkaddr209 = inttoptr i64 %arg.state to ptr
  %sunkaddr210 = getelementptr i8, ptr %sunkaddr209, i64 104
  %.140.i66 = load i64, ptr %sunkaddr210, align 1, !noalias !54
  %.141.i = add nsw i64 %.140.i66, 1
  store i64 %.141.i, ptr %sunkaddr210, align 1, !noalias !54
  br label %B556.endif.endif
B0.endif.i57:                                     ; preds = %B94.i.i46
  %43 = icmp eq i64 %.26.i.i52, 0
  br i1 %43, label %B136.i, label %B0.endif.B650_crit_edge.i
B0.endif.B650_crit_edge.i:                        ; preds = %B0.endif.i57
  %.pre.i58 = add nsw i64 %.24.i.i50, 8
  %.pre = inttoptr i64 %.pre.i58 to ptr
  br label %B556.endif.endif
B556.endif.endif:                                 ; preds = %B0.endif.B650_crit_edge.i, %B136.i
  %.159.pre-phi.i.pre-phi = phi ptr [ %.pre, %B0.endif.B650_crit_edge.i ], [ %.91.i, %B136.i ]
  %.160.i59 = load i64, ptr %.159.pre-phi.i.pre-phi, align 1, !noalias !54
  %sunkaddr211 = inttoptr i64 %arg.state to ptr
  %sunkaddr212 = getelementptr i8, ptr %sunkaddr211, i64 144
  %.262 = load i64, ptr %sunkaddr212, align 1
  %.263 = shl nsw i64 %.160.i59, 3
  %.264 = add nsw i64 %.262, %.263
  %sunkaddr213 = inttoptr i64 %arg.state to ptr
  %sunkaddr214 = getelementptr i8, ptr %sunkaddr213, i64 152
  %.268 = load i64, ptr %sunkaddr214, align 1
  %.270 = add nsw i64 %.268, %at.2.0
  %.271 = inttoptr i64 %.264 to ptr
  store i64 %.270, ptr %.271, align 1
  %sunkaddr215 = inttoptr i64 %arg.state to ptr
  %sunkaddr216 = getelementptr i8, ptr %sunkaddr215, i64 160
  %.11.i = load i64, ptr %sunkaddr216, align 1, !noalias !60
  %.12.i = shl i64 %.11.i, 32
  %.13.i = add i64 %.12.i, 4294967296
  %.14.i = add nsw i64 %.160.i59, 1
  %.15.i68 = or i64 %.13.i, %.14.i
  %.6.i.i69 = xor i64 %.15.i68, %const
  %.7.i.i70 = mul i64 %.6.i.i69, %const139
  %.8.i.i71 = lshr i64 %.7.i.i70, 32
  %.9.i.i72 = xor i64 %.8.i.i71, %.7.i.i70
  %.47.i = or i64 %.9.i.i72, 1
  %sunkaddr217 = inttoptr i64 %arg.state to ptr
  %sunkaddr218 = getelementptr i8, ptr %sunkaddr217, i64 64
  %.55.i = load i64, ptr %sunkaddr218, align 1, !noalias !60
  %sunkaddr219 = inttoptr i64 %arg.state to ptr
  %sunkaddr220 = getelementptr i8, ptr %sunkaddr219, i64 72
  %.59.i = load i64, ptr %sunkaddr220, align 1, !noalias !60
  %.14.i.i75 = lshr i64 %.9.i.i72, 20
  br label %B94.i.i76
B428.i:                                           ; preds = %B0.endif.endif.i
  %sunkaddr221 = inttoptr i64 %arg.state to ptr
  %sunkaddr222 = getelementptr i8, ptr %sunkaddr221, i64 80
  %.96.i92 = load i64, ptr %sunkaddr222, align 1, !noalias !60
  %sunkaddr223 = inttoptr i64 %.24.i.i80 to ptr
  store i64 %.47.i, ptr %sunkaddr223, align 1, !noalias !60
  %.104.i = add nsw i64 %.24.i.i80, 8
  %.105.i = inttoptr i64 %.104.i to ptr
  store i64 %.96.i92, ptr %.105.i, align 1, !noalias !60
  %sunkaddr224 = inttoptr i64 %arg.state to ptr
  %sunkaddr225 = getelementptr i8, ptr %sunkaddr224, i64 136
  %.110.i = load i64, ptr %sunkaddr225, align 1, !noalias !60
  %.111.i = shl nsw i64 %.96.i92, 4
  %.112.i96 = add nsw i64 %.110.i, %.111.i
  %.116.i97 = inttoptr i64 %.112.i96 to ptr
  store i64 %.15.i68, ptr %.116.i97, align 1, !noalias !60
  %.121.i98 = load i64, ptr %sunkaddr225, align 1, !noalias !60
  %.123.i = or disjoint i64 %.111.i, 8
  %.124.i = add i64 %.123.i, %.121.i98
  %.125.i = inttoptr i64 %.124.i to ptr
  store i64 0, ptr %.125.i, align 1, !noalias !60
  %.129.i = add nsw i64 %.96.i92, 1
  store i64 %.129.i, ptr %sunkaddr222, align 1, !noalias !60
  br label %B556.endif.endif.endif
B94.i.i76:                                        ; preds = %B94.i.i76, %B556.endif.endif
  %.14.pn.i.i77 = phi i64 [ %.14.i.i75, %B556.endif.endif ], [ %.56.i.i86, %B94.i.i76 ]
  %slot.2.0.i.i78 = and i64 %.14.pn.i.i77, %.59.i
  %.22.i.i79 = shl nsw i64 %slot.2.0.i.i78, 4
  %.24.i.i80 = add nsw i64 %.22.i.i79, %.55.i
  %.25.i.i81 = inttoptr i64 %.24.i.i80 to ptr
  %.26.i.i82 = load i64, ptr %.25.i.i81, align 1, !noalias !63
  %.32.i.i83 = icmp eq i64 %.26.i.i82, %.47.i
  %.35.i.i84 = icmp eq i64 %.26.i.i82, 0
  %or.cond.i.i85 = or i1 %.32.i.i83, %.35.i.i84
  %.56.i.i86 = add nsw i64 %slot.2.0.i.i78, 1
  br i1 %or.cond.i.i85, label %B0.endif.endif.i, label %B94.i.i76
B0.endif.endif.i:                                 ; preds = %B94.i.i76
  %44 = icmp eq i64 %.26.i.i82, 0
  br i1 %44, label %B428.i, label %B0.endif.endif.B808_crit_edge.i
B0.endif.endif.B808_crit_edge.i:                  ; preds = %B0.endif.endif.i
  %.pre24.i = add nsw i64 %.24.i.i80, 8
  %.pre25.i = inttoptr i64 %.pre24.i to ptr
  br label %B556.endif.endif.endif
B556.endif.endif.endif:                           ; preds = %B0.endif.endif.B808_crit_edge.i, %B428.i
  %.147.pre-phi.i = phi ptr [ %.pre25.i, %B0.endif.endif.B808_crit_edge.i ], [ %.105.i, %B428.i ]
  %sunkaddr226 = inttoptr i64 %arg.state to ptr
  %sunkaddr227 = getelementptr i8, ptr %sunkaddr226, i64 136
  %.142.i88 = load i64, ptr %sunkaddr227, align 1, !noalias !60
  %.148.i = load i64, ptr %.147.pre-phi.i, align 1, !noalias !60
  %.149.i = shl nsw i64 %.148.i, 4
  %.150.i = add i64 %.142.i88, 8
  %.151.i = add i64 %.150.i, %.149.i
  %.152.i = inttoptr i64 %.151.i to ptr
  %.153.i89 = load i64, ptr %.152.i, align 1, !noalias !60
  %.154.i = add nsw i64 %.153.i89, 1
  store i64 %.154.i, ptr %.152.i, align 1, !noalias !60
  %sunkaddr228 = inttoptr i64 %arg.state to ptr
  %sunkaddr229 = getelementptr i8, ptr %sunkaddr228, i64 112
  %.304 = load i64, ptr %sunkaddr229, align 1
  %.305 = add nsw i64 %.304, 1
  store i64 %.305, ptr %sunkaddr229, align 1
  %.309 = add nsw i64 %storemerge.i, 1
  %.317 = icmp slt i64 %.309, %arg.size
  br i1 %.317, label %B170, label %common.ret
}
declare i64 @llvm.bitreverse.i64(i64) #1
declare i64 @llvm.fshl.i64(i64, i64, i64) #1
declare i64 @llvm.cttz.i64(i64, i1 immarg) #2
declare i64 @llvm.smin.i64(i64, i64) #1
attributes #0 = { nofree norecurse nosync nounwind memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) }
attributes #1 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #2 = { mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none) }
!0 = !{!1}
!1 = distinct !{!1, !2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!2 = distinct !{!2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!3 = !{!4}
!4 = distinct !{!4, !5, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!5 = distinct !{!5, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!6 = !{!7, !9}
!7 = distinct !{!7, !8, !"_ZN8__main__6_placeB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!8 = distinct !{!8, !"_ZN8__main__6_placeB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!9 = distinct !{!9, !10, !"_ZN8__main__6_timedB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx: %retptr"}
!10 = distinct !{!10, !"_ZN8__main__6_timedB2v6B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx"}
!11 = !{!12, !7, !9}
!12 = distinct !{!12, !13, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!13 = distinct !{!13, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!14 = !{!15, !7, !9}
!15 = distinct !{!15, !16, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!16 = distinct !{!16, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!17 = !{!18, !7, !9}
!18 = distinct !{!18, !19, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!19 = distinct !{!19, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!20 = !{!21, !9}
!21 = distinct !{!21, !22, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!22 = distinct !{!22, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!23 = !{!24, !9}
!24 = distinct !{!24, !25, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!25 = distinct !{!25, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!26 = !{!9}
!27 = !{!28, !9}
!28 = distinct !{!28, !29, !"_ZN8__main__8_stampedB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!29 = distinct !{!29, !"_ZN8__main__8_stampedB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!30 = !{!31, !9}
!31 = distinct !{!31, !32, !"_ZN8__main__6_notedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!32 = distinct !{!32, !"_ZN8__main__6_notedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!33 = !{!34, !31, !9}
!34 = distinct !{!34, !35, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!35 = distinct !{!35, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!36 = !{!37, !9}
!37 = distinct !{!37, !38, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!38 = distinct !{!38, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!39 = !{!40, !9}
!40 = distinct !{!40, !41, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!41 = distinct !{!41, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!42 = !{!43, !45}
!43 = distinct !{!43, !44, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!44 = distinct !{!44, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!45 = distinct !{!45, !46, !"_ZN8__main__6_shapeB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!46 = distinct !{!46, !"_ZN8__main__6_shapeB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!47 = !{!48, !45}
!48 = distinct !{!48, !49, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!49 = distinct !{!49, !"_ZN8__main__5_nextB2v5B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!50 = !{!45}
!51 = !{!52, !45}
!52 = distinct !{!52, !53, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!53 = distinct !{!53, !"_ZN8__main__5_partB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!54 = !{!55}
!55 = distinct !{!55, !56, !"_ZN8__main__6_notedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!56 = distinct !{!56, !"_ZN8__main__6_notedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!57 = !{!58, !55}
!58 = distinct !{!58, !59, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!59 = distinct !{!59, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!60 = !{!61}
!61 = distinct !{!61, !62, !"_ZN8__main__8_countedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!62 = distinct !{!62, !"_ZN8__main__8_countedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!63 = !{!64, !61}
!64 = distinct !{!64, !65, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!65 = distinct !{!65, !"_ZN8__main__6_foundB3v11B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
